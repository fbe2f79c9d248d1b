/** "Add to basket" in the try-on dialog: press the product page's own button. */
document.addEventListener("tryon:addtocart", () => {
  const form = document.querySelector("form.buy");
  // The dialog closes after this event; the browser then asks for a size if none is chosen.
  if (form) setTimeout(() => form.requestSubmit());
});
