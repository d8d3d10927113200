"""What the lab says where it cannot install, and where it takes Odoo from."""

import importlib.util
import os
import shutil
import subprocess
import sys

import pytest

from dev.lab import debian_odoo, odoo_source, packages, paths, pdf, venv
from dev.lab.errors import LabError

RELEASE = "version_info = (19, 0, 0, FINAL, 0, '')\n"


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keep the lab of this machine out of it."""
    monkeypatch.setattr(paths, "LAB", tmp_path / "lab")
    monkeypatch.setattr(paths, "APT", tmp_path / "lab" / "apt")
    monkeypatch.setattr(paths, "LOGS", tmp_path / "lab" / "log")
    monkeypatch.setattr(paths, "STAMPS", tmp_path / "lab" / "stamps")


@pytest.fixture
def checkout(tmp_path):
    """Have something that looks like a checkout of Odoo 19."""
    home = tmp_path / "odoo"
    paths.folder(home / "odoo")
    paths.folder(home / "addons" / "account")
    (home / "odoo-bin").touch()
    (home / "odoo" / "release.py").write_text(RELEASE)
    return home


def run_dev(*arguments, **env):
    """Run the lab as a person does, outside its environment."""
    command = [getattr(sys, "_base_executable", sys.executable), "-m", "dev"]
    return subprocess.run(
        [*command, *arguments],
        cwd=paths.REPO,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_command_the_lab_explains_itself():
    """The first thing a contributor types."""
    said = run_dev()
    assert said.returncode == 0
    assert "python3 -m dev COMMAND" in said.stdout


def test_an_unknown_command_gets_a_sentence():
    """Not a traceback."""
    said = run_dev("demon")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("error: there is no command 'demon'.")


def test_a_python_that_is_too_new_is_refused():
    """Odoo 19 stops at 3.13; found out here rather than in a wheel's build."""
    with pytest.raises(LabError, match=r"3\.10 to 3\.13, this is Python 3\.14"):
        venv.check_python((3, 14))


def test_a_python_that_is_too_old_is_refused_in_words_it_understands():
    """`__main__` itself must be readable for an old Python."""
    source = (paths.REPO / "dev" / "__main__.py").read_text()
    guard = source.partition("from dev.lab.cli")[0]
    old = guard.replace("sys.version_info < (3, 10)", "True")
    said = subprocess.run(
        [sys.executable, "-c", old], capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert said.stderr.startswith("error: the lab needs Python 3.10 to 3.13")


def test_without_venv_its_debian_package_is_installed(monkeypatch, tmp_path):
    """Debian's python3 comes without it."""
    asked = []
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(packages, "install", asked.append)
    monkeypatch.setattr(paths, "VENV", tmp_path / "venv")
    monkeypatch.setattr(venv.Program, "run", lambda program, step: "")
    venv._make(None)
    assert asked == [["python3-venv"]]


def test_a_program_on_the_machine_is_not_installed(monkeypatch):
    """No apt, no network, if all is there."""
    monkeypatch.setattr(packages, "install", lambda names: pytest.fail(str(names)))
    packages.ensure({"sh": "dash"})


def test_a_missing_library_is_noticed_like_a_missing_program():
    """Playwright's driver starts without a word where libatomic is missing."""
    wanted = ("sh", "libc.so.6", "no-such-program", "libnosuch.so.1")
    assert [packages.is_there(name) for name in wanted] == [True, True, False, False]


def test_without_apt_the_lab_says_what_is_missing(monkeypatch):
    """On another system the person knows how to install a program."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(LabError, match=r"lacks chromium.* and has no apt-get"):
        packages.ensure(packages.BROWSER)


@pytest.mark.skipif(not pdf.PATCHED.exists(), reason="not built for this machine")
def test_odoo_finds_the_patched_program_before_the_machines_own(monkeypatch, tmp_path):
    """The one that prints headers, footers and several documents at once."""
    asked = []
    monkeypatch.setattr(paths, "BIN", tmp_path / "bin")
    monkeypatch.setattr(paths, "LOCKS", tmp_path / "locks")
    monkeypatch.setattr(packages, "ensure", asked.append)
    pdf.ensure()
    pdf.ensure()
    path = odoo_source.Odoo(tmp_path, "19.0").environment()["PATH"]
    found = shutil.which("wkhtmltopdf", path=path)
    said = subprocess.run([found, "--version"], capture_output=True, check=True)
    assert b"(with patched qt)" in said.stdout
    assert asked == [pdf.LIBRARIES, pdf.LIBRARIES]


def test_where_the_patched_program_is_not_built_for_debians_has_to_do(
    monkeypatch, tmp_path
):
    """PDFs without headers rather than none."""
    asked = []
    monkeypatch.setattr(pdf, "PATCHED", tmp_path / "none")
    monkeypatch.setattr(packages, "ensure", asked.append)
    pdf.ensure()
    assert asked == [{"wkhtmltopdf": "wkhtmltopdf"}]


def test_without_root_the_lab_says_what_to_type(monkeypatch):
    """It does not guess at sudo."""
    monkeypatch.setattr(packages, "is_there", lambda name: name != "chromium")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabError, match="sudo apt-get install chromium"):
        packages.ensure(packages.BROWSER)


def test_without_apt_the_lab_says_where_odoo_can_be_had(monkeypatch):
    """Official download, image or checkout; and the variable that names it."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(LabError, match=r"official download.*KASH_ODOO_HOME"):
        debian_odoo.fetch(None)


def test_the_archive_itself_is_asked_before_other_mirrors(monkeypatch):
    """Security updates and foreign archives have no suite sid."""
    listed = "http://a.test/debian-security/\nhttp://z.test/debian/\nhttp://b.test/x/\n"
    answer = subprocess.CompletedProcess([], 0, stdout=listed)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    assert debian_odoo.mirrors()[0] == "http://z.test/debian/"


def test_apt_is_kept_away_from_the_systems_own_sources():
    """The machine's package lists are not ours to change."""
    options = debian_odoo._options("http://a.test/debian/")
    assert f"Dir::Etc::SourceList={paths.APT}/sources.list" in options
    assert "Dir::Etc::SourceParts=/dev/null" in options
    assert (paths.APT / "sources.list").read_text().endswith("/debian/ sid main\n")


def test_an_odoo_of_ones_own_comes_first(monkeypatch, checkout):
    """Nothing is downloaded by those who have Odoo."""
    monkeypatch.setenv("KASH_ODOO_HOME", str(checkout))
    odoo = odoo_source.find()
    assert (odoo.home, odoo.version) == (checkout, "19.0.0")
    assert odoo.addons_path == [checkout / "addons", paths.REPO]


def test_a_folder_without_odoo_is_refused(monkeypatch, tmp_path):
    """A wrong path is named, not ignored."""
    monkeypatch.setenv("KASH_ODOO_HOME", str(tmp_path))
    with pytest.raises(LabError, match="there is no Odoo in it"):
        odoo_source.find()


def test_another_odoo_is_refused(monkeypatch, checkout):
    """The addon is for 19.0; so are its tests."""
    release = checkout / "odoo" / "release.py"
    release.write_text(RELEASE.replace("19, 0", "18, 0"))
    monkeypatch.setenv("KASH_ODOO_HOME", str(checkout))
    with pytest.raises(LabError, match=r"holds Odoo 18\.0\.0"):
        odoo_source.find()


def test_packages_beside_an_installed_odoo_stay_off_the_path(tmp_path, checkout):
    """In a system's dist-packages lie other versions of what we pin."""
    (checkout / "odoo-bin").unlink()
    (checkout / "werkzeug.py").touch()
    odoo = odoo_source.alone(checkout, "19.0.0")
    assert [path.name for path in odoo.home.iterdir()] == ["odoo"]


def test_pips_progress_is_told_by_package():
    """Paths and indexes are of no interest on the terminal."""
    told = [
        venv.pip_news("Downloading some/where/stripe-16.1.0-py3-none-any.whl (2 MB)"),
        venv.pip_news("Collecting lxml==5.4.0 (from -r requirements.txt (line 17))"),
        venv.pip_news("Looking in links: /somewhere"),
    ]
    assert told == [
        "downloading stripe-16.1.0-py3-none-any.whl (2 MB)",
        "collecting lxml==5.4.0",
        "",
    ]


def test_every_package_of_the_lab_is_pinned_exactly():
    """A test run next year is the test run of today."""
    lines = paths.REQUIREMENTS.read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if "==" not in pin] == []


def test_a_persons_own_database_settings_do_not_reach_odoo(monkeypatch, tmp_path):
    """PGHOST in a shell would send Odoo to somebody else's server."""
    monkeypatch.setenv("PGHOST", "db.example.com")
    monkeypatch.setenv("ODOO_RC", "/etc/odoo.conf")
    env = odoo_source.Odoo(tmp_path, "19.0").environment()
    assert not {"PGHOST", "ODOO_RC"} & set(env)
