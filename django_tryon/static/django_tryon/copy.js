// A text with a button that copies it; without a clipboard (plain http) the text is selected at a touch.
for (const box of document.querySelectorAll("[data-copied]")) {
  const [field, button] = [box.querySelector("input"), box.querySelector("button")];
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = box.dataset.copied;
  });
}
