// “Add to basket” in the dialog: oscar's form on the product's own page, else the way there.
document.addEventListener("tryon:addtocart", ({ target }) => {
  const page = target.closest?.("[data-tryon-page]")?.dataset.tryonPage;
  if (!page) return; // the pill: its product may be another one
  const form = document.getElementById("add_to_basket_form");
  if (form && page === location.pathname) setTimeout(() => form.requestSubmit()); // the dialog closes first
  else location.assign(page);
});
