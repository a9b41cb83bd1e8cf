/* The visitor of a chat: do they type, and have they seen what was said last? Typing is believed for a few
   seconds; whoever goes on says it again. */
const BELIEVED = 6_000;

export function watchVisitor(line, timeline) {
  if (!line) return null;
  const { name } = line.dataset;
  let saw = Number(line.dataset.saw), typing = 0;

  const said = () => [...timeline.querySelectorAll(".entry.team, .entry.customer")].at(-1);

  function types(yes) {
    clearTimeout(typing);
    typing = yes ? setTimeout(() => (types(false), draw()), BELIEVED) : 0;
  }

  function draw() {
    const last = said();
    const seen = last?.matches(".team") && saw >= Number(last.dataset.message);
    const words = typing ? `${name} is typing …` : seen ? `${name} has seen your last words.` : "";
    line.hidden = !words;
    if (line.textContent !== words) line.textContent = words;
  }

  draw();
  return {
    hear(told) {
      if (told.side !== "customer") return;
      saw = Math.max(saw, told.saw ?? 0);
      if (told.typing) types(true);
      draw();
    },
    /* Something was said: if by them, then these were the words. */
    came() {
      if (said()?.matches(".customer")) types(false);
      draw();
    },
  };
}
