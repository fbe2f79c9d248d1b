/**
 * <tryon-compare>: slide between two pictures by pointer, touch or keys.
 *
 * The markup holds both pictures, so that without this module they stand side by side. A range
 * input carries the value: it brings the keys, the focus and the name for assistive technology.
 */

class TryOnCompare extends HTMLElement {
  #range = null;
  #drag = null;

  connectedCallback() {
    if (this.#range) return;
    this.#range = this.#makeRange();
    const line = document.createElement("span");
    line.className = "tryon-compare__line";
    line.setAttribute("aria-hidden", "true");
    const knob = document.createElement("span");
    knob.className = "tryon-compare__knob";
    line.append(knob);
    this.append(this.#range, line);
    this.show(50);

    this.#range.addEventListener("input", () => this.show(this.#range.valueAsNumber));
    this.addEventListener("pointerdown", this.#begin);
    this.addEventListener("pointermove", this.#move);
    this.addEventListener("pointerup", this.#end);
    this.addEventListener("pointercancel", () => (this.#drag = null));
    this.#watchBefore();
  }

  /** Show that many per cent of the picture before. */
  show(percent) {
    const shown = Math.min(100, Math.max(0, percent));
    this.#range.value = String(Math.round(shown));
    const said = this.dataset.value ?? "{percent} %";
    this.#range.setAttribute("aria-valuetext", said.replace("{percent}", this.#range.value));
    this.style.setProperty("--tryon-at", `${shown}%`);
  }

  #makeRange() {
    const range = document.createElement("input");
    range.type = "range";
    range.min = "0";
    range.max = "100";
    range.className = "tryon-compare__range";
    range.setAttribute("aria-label", this.dataset.label ?? "");
    return range;
  }

  #begin = (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    const isTouch = event.pointerType === "touch";
    this.#drag = { id: event.pointerId, x: event.clientX, y: event.clientY, moves: !isTouch };
    this.setPointerCapture(event.pointerId);
    if (isTouch) return; // this finger may be about to scroll the page
    event.preventDefault();
    this.#range.focus({ preventScroll: true });
    this.#follow(event);
  };

  #move = (event) => {
    const drag = this.#drag;
    if (event.pointerId !== drag?.id) return;
    drag.moves ||= Math.abs(event.clientX - drag.x) > Math.abs(event.clientY - drag.y);
    if (drag.moves) this.#follow(event);
  };

  #end = (event) => {
    if (event.pointerId !== this.#drag?.id) return;
    this.#follow(event);
    this.#drag = null;
  };

  #follow(event) {
    const box = this.getBoundingClientRect();
    const isRightToLeft = getComputedStyle(this).direction === "rtl";
    const along = isRightToLeft ? box.right - event.clientX : event.clientX - box.left;
    this.show((100 * along) / box.width);
  }

  /** Without a photo to compare with, only the result is shown. */
  #watchBefore() {
    const photo = this.querySelector(".tryon-compare__side--before img");
    const alone = () => this.classList.add("tryon-compare--alone");
    if (!photo || (photo.complete && photo.naturalWidth === 0)) alone();
    else photo.addEventListener("error", alone, { once: true });
  }
}

if (!customElements.get("tryon-compare")) customElements.define("tryon-compare", TryOnCompare);

/* Clips play while they are seen, muted and looped; not for whoever wants less motion, and not again
   once somebody has stopped them. Nothing of a clip is loaded before. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const playing = new WeakSet();
const stopped = new WeakSet();

function follow({ target: clip, isIntersecting }) {
  if (isIntersecting && !calm.matches && !stopped.has(clip)) {
    playing.add(clip);
    clip.play().catch(() => {}); // a browser may refuse, to save power: the controls are there
  } else if (playing.delete(clip)) {
    if (clip.paused) stopped.add(clip);
    clip.pause();
  }
}

const watcher = new IntersectionObserver((entries) => entries.forEach(follow), { threshold: 0.5 });
for (const clip of document.querySelectorAll(".tryon-look video")) watcher.observe(clip);
