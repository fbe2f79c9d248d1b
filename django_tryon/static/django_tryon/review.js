/* The page of a result: A approves and R rejects, which lead to the next one; P publishes, U takes
   back, → goes to the next one. */

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, video, [contenteditable]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
});
