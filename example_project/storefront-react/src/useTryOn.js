import { useCallback, useEffect, useRef, useState } from "react";

import { configOf, erase, launch, sendPhoto, watch } from "./api.js";

/** Where a try-on of a garment stands: `step` is loading, choosing, waiting, seeing or failed. */
export function useTryOn(garment) {
  const [state, setState] = useState({ step: "loading" });
  const stop = useRef(new AbortController());

  const begin = useCallback(async () => {
    setState({ step: "loading" });
    try {
      const config = await configOf(garment.product);
      if (config.open) setState({ step: "choosing", config });
      else setState({ step: "failed", message: config.message });
    } catch (error) {
      setState({ step: "failed", message: sentence(error) });
    }
  }, [garment]);

  useEffect(() => {
    stop.current = new AbortController();
    begin();
    return () => stop.current.abort();
  }, [begin]);

  /** Try on: `who` is the id of a house model, or a file that may be sent. */
  async function tryOn(who) {
    const { config } = state;
    const { signal } = stop.current;
    // What ends after the dialog was closed is not shown; the try-on itself goes on at the shop.
    const show = (next) => signal.aborted || setState(next);
    setState({ step: "waiting", progress: 0 });
    try {
      const person = who instanceof File ? (await sendPhoto(who, config.consent)).id : who;
      const asked = await launch(garment.id, person, crypto.randomUUID());
      const job = await watch(
        asked,
        ({ progress }) => show({ step: "waiting", progress }),
        signal,
      );
      if (job.error) show({ step: "failed", message: job.error.message });
      else show({ step: "seeing", result: job.results[0] });
    } catch (error) {
      show({ step: "failed", message: sentence(error) });
    }
  }

  async function forget() {
    try {
      await erase(state.result.id);
      begin();
    } catch (error) {
      setState({ ...state, message: sentence(error) });
    }
  }

  return { ...state, tryOn, forget, again: begin };
}

function sentence(error) {
  return error.name === "Refused" ? error.message : "The shop does not answer. Is it running?";
}
