"""Stand in for what a recipe calls: aws asks a local pool, sleep moves its clock, and date is its time."""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import jmespath

POOL_URL = os.environ.get("PLAYED_POOL", "")


def post(path: str, body: dict[str, Any], **headers: str) -> Any:
    """Ask the local pool."""
    request = urllib.request.Request(
        POOL_URL + path, json.dumps(body).encode(), {name.replace("_", "-"): value for name, value in headers.items()}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


def aws(words: list[str]) -> int:
    """Run ``aws cognito-idp COMMAND``: options become parameters, a query picks from the answer."""
    operation = "".join(part.title() for part in words[1].split("-"))
    parameters: dict[str, Any] = {}
    query, words = "", words[2:]
    while words:
        flag, value = words[0], words[1] if len(words) > 1 else ""
        words = words[2:]
        name = "".join(part.title() for part in flag.removeprefix("--").split("-"))
        if flag == "--permanent":
            parameters[name] = True
        elif flag == "--cli-input-json":
            parameters = {**json.loads(Path(value.removeprefix("file://")).read_text(encoding="utf-8")), **parameters}
        elif flag == "--query":
            query = value
        elif flag == "--auth-parameters":
            parameters[name] = dict(pair.split("=", 1) for pair in value.split(","))
        elif flag != "--output":
            parameters[name] = value
    target = f"AWSCognitoIdentityProviderService.{operation}"
    try:
        answer = post("/", parameters, Content_Type="application/x-amz-json-1.1", X_Amz_Target=target)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        sys.stderr.write(f"({problem['__type']}) {problem['message']}\n")
        return 254
    if query:
        found = jmespath.search(query, answer)
        sys.stdout.write("\t".join(found if isinstance(found, list) else [found]) + "\n")
    return 0


def main(words: list[str]) -> int:
    """Run one of the programs."""
    name, *rest = words
    if name == "aws":
        return aws(rest)
    move = {"move_s": float(rest[0])} if name == "sleep" else {"move_s": 0.0}
    now = post("/_local/clock", move, Content_Type="application/json")["now"]
    if name == "date":
        sys.stdout.write(f"{int(now)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
