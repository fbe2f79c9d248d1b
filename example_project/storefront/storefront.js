/** Fill the shelf from the API; the buttons do all else by themselves. */

const api = document.querySelector('meta[name="tryon-api"]').content;
const shelf = document.getElementById("shelf");
const said = document.getElementById("said");
const products = shelf.dataset.products.split(" ");

try {
  const reply = await fetch(`${api}garments/?product=${products.join()}`);
  const { results } = await reply.json();
  for (const garment of results) {
    const thing = document.getElementById("thing").content.cloneNode(true);
    thing.querySelector("img").src = garment.image;
    thing.querySelector("h2").textContent = garment.name;
    const button = thing.querySelector("try-on");
    button.setAttribute("api", api);
    button.setAttribute("product", garment.product);
    shelf.append(thing);
  }
} catch {
  said.textContent = "The shop does not answer. Is it running, and does it allow this address?";
}

const bag = document.getElementById("bag");
document.addEventListener("tryon:addtocart", ({ detail }) => {
  bag.value = Number(bag.value) + 1;
  said.textContent = `In your bag: ${detail.product}.`;
});
