// The list of findings. All of it is text: nothing of a rule or a message becomes markup.

import type { Answer, Finding, Span } from "./protocol";

export interface Acts {
  readonly select: (span: Span) => void;
  readonly fix: (finding: Finding) => void;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text: string,
  className = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function item(finding: Finding, acts: Acts): HTMLLIElement {
  const place = element("button", `${finding.location.row}:${finding.location.column}`, "place");
  place.type = "button";
  place.addEventListener("click", () => acts.select(finding));
  const page = element("a", `${finding.code} ${finding.name}`);
  page.href = `../rules/${encodeURIComponent(finding.name)}/`;
  const head = element("p", "");
  head.append(place, " ", element("strong", finding.severity, finding.severity), " ", page);
  const made = element("li", "");
  made.append(head, element("p", finding.message));
  if (finding.help !== null) made.append(element("p", `help: ${finding.help}`, "help"));
  if (finding.fix !== null) {
    const button = element("button", finding.fix.message || "Fix", "fix");
    button.type = "button";
    button.addEventListener("click", () => acts.fix(finding));
    made.append(button);
  }
  return made;
}

/** One sentence on what was found. */
export function summary(answer: Answer): string {
  if (answer.errors.length > 0) return `kql-lint failed on this text: ${answer.errors.join("; ")}`;
  const { findings, queries } = answer;
  if (findings.length === 0) return queries === 0 ? "There is no query in this text." : "No findings.";
  return findings.length === 1 ? "1 finding:" : `${findings.length} findings:`;
}

export function list(answer: Answer, acts: Acts): HTMLLIElement[] {
  return answer.findings.map((finding) => item(finding, acts));
}
