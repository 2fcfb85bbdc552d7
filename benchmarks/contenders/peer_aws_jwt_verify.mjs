// aws-jwt-verify on node, over the protocol of benchmarks/worker.py.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { CognitoJwtVerifier } from "aws-jwt-verify";

const world = JSON.parse(readFileSync(process.env.POOLWARDEN_BENCH_WORLD, "utf8"));
const { version } = JSON.parse(
  readFileSync(new URL("../../node_modules/aws-jwt-verify/package.json", import.meta.url), "utf8"),
);
const verifier = CognitoJwtVerifier.create({
  userPoolId: world.pool_id,
  clientId: world.client_id,
  tokenUse: "access",
});
verifier.cacheJwks(JSON.parse(readFileSync(world.jwks_file, "utf8")));

function accepts(header) {
  try {
    return [Boolean(verifier.verifySync(header.slice(7))), ""];
  } catch (error) {
    return [false, String(error.message).slice(0, 150)];
  }
}

function check({ good, bad }) {
  const [accepted, said] = accepts(good);
  return {
    accepts_good: accepted,
    said,
    refuses_bad: !accepts(bad)[0],
    versions: { "aws-jwt-verify": version, node: process.version },
  };
}

function time({ items, chunk }) {
  const tokens = items.map((header) => header.slice(7));
  const ns = [];
  for (let start = 0; start < tokens.length; start += chunk) {
    const part = tokens.slice(start, start + chunk);
    const begin = process.hrtime.bigint();
    for (const token of part) verifier.verifySync(token);
    ns.push(Number(process.hrtime.bigint() - begin) / part.length);
  }
  return { ns };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = question.items ? time(question) : check(question);
  } catch (error) {
    answer = { failure: String(error.message).slice(0, 200) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
