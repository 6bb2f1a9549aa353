"""catalog/attack_techniques.tsv: what it says of techniques, and that mistakes in it are found."""

from __future__ import annotations

from pathlib import Path

from kql_lint.catalogue import Catalogue
from kql_lint.catalogue.techniques import Technique, check

TECHNIQUES = Catalogue.default().techniques
TACTICS = frozenset(Catalogue.default().limits.values("tactic"))


def test_a_technique_has_the_tactics_of_its_matrix_in_the_service_s_spelling() -> None:
    assert TECHNIQUES.find("T1003.001") == Technique("T1003.001", frozenset({"CredentialAccess"}))
    assert TECHNIQUES.find("T1595") == Technique("T1595", frozenset({"Reconnaissance"}))
    assert TECHNIQUES.find("T0836") == Technique("T0836", frozenset({"ImpairProcessControl"}))  # ICS
    assert TECHNIQUES.find("T9999") is None
    assert TECHNIQUES.find("t1003") is None


def test_what_became_of_old_techniques() -> None:
    assert TECHNIQUES.find("T1086") == Technique("T1086", frozenset({"Execution"}), "revoked", "T1059.001")
    # It became T1574.002, which has become T1574.001 since.
    assert TECHNIQUES.find("T1073") == Technique("T1073", frozenset({"DefenseEvasion"}), "revoked", "T1574.001")
    old = TECHNIQUES.find("T1064")
    assert old is not None
    assert (old.state, old.successor) == ("deprecated", None)


def test_every_tactic_is_one_of_the_service_s(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "catalog"
    lines = (folder / "attack_techniques.tsv").read_text(encoding="utf-8").splitlines()[1:]
    named = {tactic for line in lines for tactic in line.split("\t")[1].split(",")} - {""}

    assert len(lines) == 1120
    assert named == TACTICS - {"PreAttack"}
    assert list(check(str(folder))) == []
    assert list(check(str(tmp_path))) == []


def test_mistakes_in_the_file_are_found(tmp_path: Path) -> None:
    rows = ["T1002\tExfiltration\trevoked\tT1560", "T1560\tCollection", "T1001\tImpact"]
    rows += ["T1700\tImpact\tgone", "T1701\tImpact\trevoked\tT1002", "T99\tImpact"]
    (tmp_path / "attack_techniques.tsv").write_text("\n".join(["2025-11", *rows]) + "\n", encoding="utf-8")

    assert [(one.line, one.message) for one in check(str(tmp_path))] == [
        (1, 'the first line must be "as_of", a tab, and a year and month (YYYY-MM)'),
        (4, '"T1001" is not in its place: the techniques must be sorted, each once'),
        (5, '"gone" is no state of a technique'),
        (6, '"T1002" is no current technique'),
        (7, '"T99" is no technique'),
    ]
