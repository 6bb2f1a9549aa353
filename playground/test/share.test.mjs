// Links: what is shared comes back, and what strangers make of one does no harm.
import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

const { fromFragment, toFragment } = await load("src/share.ts");
const RULE = { file: "rule.yaml", platform: "sentinel", text: 'query: |\n  T | where a == "🦊"\n' };

async function packed(value) {
  const stream = new Blob([value]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `1.${Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url")}`;
}

test("what is shared comes back, in letters that need no escape", async () => {
  const fragment = await toFragment(RULE);

  assert.match(fragment, /^1\.[A-Za-z0-9_-]+$/);
  assert.deepEqual(await fromFragment(fragment), RULE);
});

test("a fragment of another kind holds nothing", async () => {
  for (const fragment of ["", "1.", "1.%%%", "1.AAAA", "2.AAAA", "_top", await packed("no JSON")]) {
    assert.equal(await fromFragment(fragment), undefined, fragment);
  }
});

test("values of other types hold nothing", async () => {
  for (const value of ["null", "[]", '"x"', '{"file":1,"platform":"auto","text":"x"}', '{"text":"x"}']) {
    assert.equal(await fromFragment(await packed(value)), undefined, value);
  }
});

test("a small link that stands for a huge text holds nothing", async () => {
  const bomb = await packed(JSON.stringify({ ...RULE, text: "a".repeat(50_000_000) }));

  assert.ok(bomb.length < 100_000);
  assert.equal(await fromFragment(bomb), undefined);
});
