/**
 * After "delete everything": drop what the button remembers of the shopper who is no more, so that
 * it does not ask for what is gone.
 */

const { shopper } = document.getElementById("tryon-forget").dataset;
try {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("try-on ") && JSON.parse(localStorage.getItem(name))?.id === shopper) localStorage.removeItem(name);
  }
} catch {
  // Storage may be forbidden; then there is nothing to forget.
}
