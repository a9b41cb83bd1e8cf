/* Is a row that comes in part of the list that is shown? Of the plain lists its own facts tell; of all
   others the desk is asked, once for all rows of the same moment. */
const PAUSE = 250;
const plain = {
  open: ({ state }) => isUnfinished(state),
  mine: ({ state, assignee }, me) => isUnfinished(state) && assignee === me,
  unassigned: ({ state, assignee }) => isUnfinished(state) && assignee === "",
};
const answers = new WeakMap(); // by row: does it belong, as the desk has said
let asked = null;

export function belongs(row) {
  return answers.get(row) ?? false;
}

/* Returns the row when it is known whether it belongs; drawn anew for a search, with its passage. */
export async function askOf(row, { view, me, asked: query }) {
  const { snoozed } = row.dataset;
  if (plain[view]) {
    answers.set(row, plain[view](row.dataset, me) && !(snoozed && Date.parse(snoozed) > Date.now()));
    return row;
  }
  asked ??= { numbers: new Set(), answer: later(query) };
  asked.numbers.add(row.dataset.number);
  const found = (await asked.answer).get(row.id);
  answers.set(found ?? row, Boolean(found));
  return found ?? row;
}

async function later(query) {
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  const numbers = [...asked.numbers].join(",");
  asked = null;
  const answer = await fetch(`/inbox/rows?${query}&numbers=${numbers}`);
  if (!answer.ok) return new Map();
  const page = new DOMParser().parseFromString(`<ol>${await answer.text()}</ol>`, "text/html");
  return new Map([...page.querySelectorAll(".row")].map((each) => [each.id, document.adoptNode(each)]));
}

function isUnfinished(state) {
  return state !== "solved" && state !== "closed";
}
