/** "Add to basket" in the try-on dialog, which may show what was tried on at another page. */
document.addEventListener("tryon:addtocart", ({ detail }) => {
  const form = document.querySelector("form.buy");
  if (form?.dataset.product === detail.product) {
    // The dialog closes after this event; the browser then asks for a size if none is chosen.
    setTimeout(() => form.requestSubmit());
  } else {
    location.assign(`/products/tried/${detail.product}/`);
  }
});
