"""The curve doctor's marks on the curves."""

from core.doctor.diagnosis import Diagnosis, Evidence
from core.doctor.rules import RULES
from tests.core.doctor.curves import made
from ui.charts import curves
from ui.doctor import MARKS, curves_with_evidence, marked

HISTORY = made([2.0, 1.0, 0.5, 0.3], [0.2] * 4, [2.0] * 4, [0.1] * 4, planned=10)


def diagnosis(*evidence, kind="overfitting"):
    return Diagnosis(kind, "Overfitting", "A gap.", "fault", evidence)


def test_every_rule_that_shows_something_has_words_for_it():
    assert set(MARKS) == {rule.kind for rule in RULES} - {"healthy"}
    assert all(len(words.split()) <= 3 for words in MARKS.values())


def test_evidence_is_a_band_over_its_epochs_and_a_line_for_each_value():
    found = diagnosis(Evidence("loss", 1, 3, (0.3,)), Evidence("accuracy", 0, 1))
    layout = marked(curves(HISTORY, "loss", 10), found, "loss")["layout"]
    band, level = layout["shapes"]
    assert (band["x0"], band["x1"], band["y0"], band["y1"]) == (1.5, 4.5, 0, 1), "epochs 1 to 3 are drawn at 2 to 4"
    assert (level["x0"], level["x1"], level["y0"], level["y1"]) == (1.5, 4.5, 0.3, 0.3)
    assert [note["text"] for note in layout["annotations"]] == ["drifting apart"]


def test_bands_end_with_the_axis_and_words_stand_inside_it():
    history = made([2.0] * 10, [0.2] * 10, [2.0] * 10, [0.1] * 10)
    places = {}
    for first, last in ((0, 0), (3, 5), (8, 9)):
        figure = curves_with_evidence(history, "loss", 10, diagnosis(Evidence("loss", first, last)))
        places[first] = figure["layout"]["annotations"][0] | {"x1": figure["layout"]["shapes"][0]["x1"]}
    assert (places[0]["x"], places[0]["xanchor"]) == (0.5, "left")
    assert (places[3]["x"], places[3]["xanchor"]) == (5.0, "center")
    assert (places[8]["x"], places[8]["xanchor"], places[8]["x1"]) == (10, "right", 10)


def test_curves_without_a_diagnosis_are_plain():
    assert curves_with_evidence(HISTORY, "loss", 10, None) == curves(HISTORY, "loss", 10)
    plain = curves(HISTORY, "accuracy", 10)
    marked(plain, diagnosis(Evidence("accuracy", 0, 1)), "accuracy")
    assert "shapes" not in plain["layout"], "the figure that was given stays as it was"


def test_words_stand_where_the_curves_are_not():
    def place(evidence):
        return curves_with_evidence(HISTORY, evidence.metric, 10, diagnosis(evidence))["layout"]["annotations"][0]["y"]

    assert place(Evidence("loss", 0, 3)) == 1
    assert place(Evidence("accuracy", 0, 3, (0.98, 0.5))) == 0
    assert place(Evidence("accuracy", 0, 3, (0.1,))) == 1


def test_an_axis_that_a_burst_made_long_fits_what_is_marked():
    burst = made([90.0, 2.0, 1.0, 2.0], [0.2] * 4, [3.0, 2.0, 1.0, 1.0], [0.1] * 4)
    near = curves_with_evidence(burst, "loss", 10, diagnosis(Evidence("loss", 1, 3)))
    assert near["layout"]["yaxis"]["range"] == [0, 3.0]
    whole = curves_with_evidence(burst, "loss", 10, diagnosis(Evidence("loss", 0, 0)))
    assert whole["layout"]["yaxis"]["range"] == [0, 94.5], "the burst itself is marked"
