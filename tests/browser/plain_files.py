"""The laws of readers on a host of plain files: which of them do not apply there and why, and the sites for the others.

`python -m scripts.proofs.frozen_readers` runs every law of this folder against frozen sites, but those named here.
"""

import functools
import json
import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from geo.core.palettes import DIVERGING, SEQUENTIAL, STANDARD
from geo.versions import Home
from geo.web.frozen import Plan, freeze

FOLDER = "deep/site"  # of the host: no file may say where it stands
MAP = "kz/region/executed/2024/"
_COLOURS = (  # a map in each palette
    *(f"{MAP}palette={name}/" for name in SEQUENTIAL if name != STANDARD),
    *(f"kz/region/deviation/2024/palette={name}/" for name in DIVERGING if name != STANDARD),
)
MORE = (
    *_COLOURS,
    *(f"{MAP}{keys}" for keys in ("highlight=350000000/", "sort=name/")),
    *(f"kz/region/executed/{period}/per=none/" for period in ("2023", "2025-03")),
    *(f"kz/region/executed/{year}-{month}/per=none/" for year in (2023, 2024) for month in ("03", "06", "09")),
    "kz/region/executed/2025-03/highlight=630000000/",
)
PLAN = Plan(bodies=1100, lists=1000)

# What a host of plain files lacks; docs/freeze.md says each in the same words.
REASONS = {
    "form": "a form is answered by a service; links stand instead",
    "query": "a service answers what is asked of the search; here a list and small files do, by laws of their own",
    "compare": "territories side by side are put together by a service",
    "nearest": "organisations near a place are found by a service",
    "builder": "the page that makes a map ready is a form of a service",
    "period": "the page of a territory is written for its last period alone",
    "embed": "an embed with a theme is put together by a service",
    "live": "figures are published, or a service restarts, under the page; files stay until the next freeze",
    "error": "a service says what is allowed; here one page answers every wrong address",
    "header": "who may frame a page or ask from a sandbox, and what is a download, only a header of the host says",
    "program": "interfaces for programs are answered by a service",
    "picture": "the kept pictures show the form of the service",
    "dear": "files that take long to make (pictures, GeoPackage, `map.html`) stand beside few views",
    "disk": "what is opened lies on a disk and is asked of no host",
    "own": "a law of frozen sites already",
}
NOT_HERE = {
    "test_frozen_site.py::*": "own",
    "test_builder.py::*": "builder",
    "test_nearest.py::*": "nearest",
    "test_live.py::*": "live",
    "test_pictures.py::*": "picture",
    "test_access.py::test_a_page_is_for_everybody[[]compare-*": "compare",
    "test_access.py::test_a_page_is_for_everybody[[]nearest-*": "nearest",
    "test_access.py::test_a_page_is_for_everybody[[]error-*": "error",
    **{
        f"test_change.py::test_{law}": "form"
        for law in (
            *("each_choice_*", "periods_sorting_*", "back_and_forward_*", "circles_*", "the_focus_*", "what_changed_*"),
            *("two_choices_*", "a_failed_*", "a_map_never_*", "it_is_tried_*", "a_refusal_*", "two_versions_*"),
            *("what_is_overtaken_*", "the_fragment_*"),
        )
    },
    "test_change.py::test_a_server_that_restarts_*": "live",
    "test_embeds.py::test_no_other_page_can_be_framed*": "header",
    "test_embeds.py::test_a_picture_is_never_shown_in_a_frame": "header",
    "test_embeds_hosts.py::test_a_withdrawal_is_visible_in_the_article": "live",
    "test_embeds_hosts.py::test_a_frozen_embed_tells_*[[]sandbox*": "header",
    "test_embeds_reading.py::test_a_theme_is_heeded_on_every_device[[]theme=*": "embed",
    "test_hostile_faces.py::test_no_name_is_run_by_a_face": "program",
    "test_hostile_faces.py::test_no_word_of_an_address_is_run": "program",
    "test_hostile_names.py::test_a_worse_name_is_neither_run_nor_in_the_way[[]zz/compare*": "compare",
    "test_keeping_step.py::test_the_last_view_counts_*": "form",
    "test_keeping_step.py::test_borders_that_come_again_*": "form",
    "test_keeping_step.py::test_circles_have_the_sizes_*": "form",
    "test_keeping_step.py::test_panel_and_moving_map_speak_*[[]page=compare*": "compare",
    "test_levels.py::test_the_level_is_a_choice_of_the_form": "form",
    "test_map_html.py::test_no_trap_is_sprung_*": "disk",
    "test_map_html.py::test_no_hostile_name_*[[]per=none*": "dear",
    "test_moving_map.py::test_another_view_and_other_borders_*": "form",
    "test_pages.py::test_an_error_is_whole_in_every_window*": "error",
    "test_pages.py::test_the_form_works_without_scripts": "form",
    "test_panel.py::test_links_to_units_and_comparisons_*": "compare",
    "test_panel.py::test_pages_are_readable_without_scripts_*": "form",
    "test_panel.py::test_the_panel_keeps_step_with_the_period_of_the_map": "period",
    "test_people.py::test_two_regions_are_compared_*": "compare",
    "test_people.py::test_everything_*": "form",
    "test_people.py::test_the_language_is_switched_midway": "form",
    "test_people.py::test_without_webgl_*": "form",
    "test_people.py::test_a_server_that_was_restarted_*": "live",
    "test_places.py::test_axe_finds_nothing_to_object_to[[]error-*": "error",
    "test_search.py::test_the_form_works_without_scripts": "form",
    "test_search.py::test_results_come_while_one_types_*": "query",
    "test_search.py::test_enter_without_a_choice_*": "query",
    "test_search.py::test_only_the_last_of_hasty_letters_*": "query",
    "test_search.py::test_what_is_typed_before_the_scripts_*": "query",
    "test_search.py::test_a_search_that_does_not_answer_*": "query",
}


def reason_of(name):
    """Return why a test, by file and name, does not apply to plain files; None where it does."""
    return next((reason for pattern, reason in NOT_HERE.items() if fnmatchcase(name, pattern)), None)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Keep the lines of requests out of the output of the tests."""


@contextmanager
def served(folder):
    """Serve a folder as `python -m http.server` does and yield the address of the site inside, no slash behind."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{FOLDER}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serving(app, once):
    """Serve the frozen site of an application of ours, written after each of its publications."""
    settings = app.extensions["budgetmap"].settings
    published = Home(settings.home).publications()
    name = "-".join(["plain", *(row.id for row in published[-4:])])
    return served(once(name, lambda folder: _frozen(settings, published, folder)))


def _frozen(settings, published, folder):
    """Freeze what each publication brought into force, one after the other, as its publisher would."""
    if len(published) == len({row.country for row in published}):
        freeze(settings, folder / FOLDER, plan=_plan(settings))
        return
    home = shutil.copytree(settings.home, folder / "home")
    for row in published:
        (home / "current" / row.country).write_text(json.dumps({"id": row.id, "sequence": row.sequence}), "utf-8")
        freeze(replace(settings, home=home), folder / FOLDER, plan=_plan(settings))
    shutil.rmtree(home)


def _plan(settings):
    countries = Home(settings.home).countries()
    return replace(PLAN, more=tuple(path for path in MORE if path.partition("/")[0] in countries))
