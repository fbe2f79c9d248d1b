import { useEffect, useRef, useState } from "react";

import { useTryOn } from "./useTryOn.js";

/** The dialog: choose, wait, see. */
export default function TryOn({ garment, onClose }) {
  const dialog = useRef(null);
  const tryOn = useTryOn(garment);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const Step = STEPS[tryOn.step];
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="heading">
      <header>
        <h2 id="heading">{garment.name}</h2>
        <button type="button" className="quiet" onClick={() => dialog.current.close()}>
          Close
        </button>
      </header>
      <div aria-live="polite">
        <Step {...tryOn} />
      </div>
    </dialog>
  );
}

function Loading() {
  return <p>One moment…</p>;
}

function Choosing({ config, tryOn }) {
  const [agreed, setAgreed] = useState(false);
  const { consent, people, upload } = config;
  return (
    <>
      <h3>Your photo</h3>
      <p className="note">One person, from the front, in good light.</p>
      <label className="consent">
        <input
          type="checkbox"
          checked={agreed}
          onChange={({ target }) => setAgreed(target.checked)}
        />
        <span>{consent.text}</span>
      </label>
      <input
        type="file"
        aria-label="Your photo"
        accept={upload.types.join()}
        disabled={!agreed}
        onChange={({ target }) => target.files.length && tryOn(target.files[0])}
      />
      {people.length > 0 && (
        <>
          <h3>Or a model</h3>
          <ul className="people">
            {people.map((person) => (
              <li key={person.id}>
                <button type="button" onClick={() => tryOn(person.id)}>
                  <img src={person.photo} alt="" />
                  {person.name}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Waiting({ progress }) {
  return (
    <>
      <p>It is being made. You may close this; it goes on.</p>
      <progress value={progress || undefined} aria-label="How far it is" />
    </>
  );
}

function Seeing({ result, message, forget, again }) {
  const [before, setBefore] = useState(false);
  return (
    <>
      <figure>
        <img src={before ? result.before : result.url} alt={before ? "Before" : "The try-on"} />
        <figcaption>{before ? "Before" : "Made by AI: it shows the style, not the fit."}</figcaption>
      </figure>
      {message && <p role="alert">{message}</p>}
      <p className="buttons">
        {result.before && (
          <button type="button" aria-pressed={before} onClick={() => setBefore(!before)}>
            Before
          </button>
        )}
        <button type="button" onClick={again}>
          Another photo
        </button>
        <button type="button" className="quiet" onClick={forget}>
          Delete
        </button>
      </p>
    </>
  );
}

function Failed({ message, again }) {
  return (
    <>
      <p role="alert">{message}</p>
      <button type="button" onClick={again}>
        Try again
      </button>
    </>
  );
}

const STEPS = {
  loading: Loading,
  choosing: Choosing,
  waiting: Waiting,
  seeing: Seeing,
  failed: Failed,
};
