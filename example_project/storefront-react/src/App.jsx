import { useEffect, useState } from "react";

import { garmentsOf } from "./api.js";
import TryOn from "./TryOn.jsx";

const PRODUCTS = [2, 4, 5, 6, 8].map((key) => `shop.product:${key}`);

export default function App() {
  const [garments, setGarments] = useState([]);
  const [said, setSaid] = useState("");
  const [chosen, setChosen] = useState(null);

  useEffect(() => {
    garmentsOf(PRODUCTS).then(setGarments, () => {
      setSaid("The shop does not answer. Is it running, and does it allow this address?");
    });
  }, []);

  return (
    <>
      <header>
        <p className="name">Harbour</p>
        <p>in React</p>
      </header>
      <main>
        <h1>Made for the sea</h1>
        <p role="status">{said}</p>
        <ul className="shelf">
          {garments.map((garment) => (
            <li key={garment.id}>
              <img src={garment.image} alt="" loading="lazy" />
              <h2>{garment.name}</h2>
              <button type="button" onClick={() => setChosen(garment)}>
                Try it on
              </button>
            </li>
          ))}
        </ul>
      </main>
      {chosen && <TryOn garment={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
