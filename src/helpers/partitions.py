"""A study in partitions of whole families: each is cleaned and counted by itself, and counts add up.

So an export may be larger than the memory, and several processes, or machines of a cluster, work beside each
other. What a study gives does not depend on how many partitions or workers there are.
"""

import gc
import hashlib
import json
import os
import pickle
import shutil
import sys
import weakref
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from itertools import compress, islice, pairwise
from multiprocessing import get_context, parent_process
from operator import not_
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir
from threading import Thread
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers import cleaning
from helpers.cleaning import STUDY_FILE, CleanError, CleanTables, read_clean, rules, study_from_json, values
from helpers.cleaning import Study as About
from helpers.cleaning.doubts import DOUBTS, doubts_to_json
from helpers.cleaning.export_counts import ExportCounts, add_exports
from helpers.cleaning.several import (
    LEVEL_AT,
    WITH_LEVELS,
    Held,
    Traits,
    as_pilot,
    laid_together,
    refuse_twice,
    states_together,
)
from helpers.definitions import REFERENCE, load_definitions
from helpers.errors import PipelineError
from helpers.export import (
    InBlocks,
    OfWhole,
    RawExport,
    bytes_of,
    files_of,
    is_large,
    parts_of,
    read_dataset,
    read_export,
    read_in_blocks,
    without_rows,
)
from helpers.export.columns import DAYS, ROW
from helpers.export.csv_blocks import Irregular
from helpers.export.dataset import Dataset, told_of
from helpers.export.dates import all_compact
from helpers.export.messages import ExportError, TooLarge
from helpers.files import (
    BESIDE,
    MADE,
    MARK,
    PARTS,
    WAIT,
    WAIT_FOR_TABLE,
    WATCHED,
    Cleaned,
    FileError,
    unwritten,
    work_of,
    write,
    write_clean,
)
from helpers.folders import RunError, locked, make_folder, remove, sha256
from helpers.outputs import MAKERS, add, makers
from helpers.pseudonyms import refuse_shared
from helpers.study import Cleaning, Export, Study
from helpers.tables import TABLES, conform

CLUSTER = "GEZINSCOACH_CLUSTER"  # variable with the address of a Dask cluster that shares this file system
WORKERS = "GEZINSCOACH_WORKERS"  # variable with the number of processes; 1: this one alone
OF_A_PART = 2**26  # bytes of CSV that a partition has: some ten thousand families
TRIES = 3  # times that workers may die before any more is done
QUIET = 10  # seconds before progress is told
RAW = "raw"  # in the folder of a partition: its rows of the export
DONE = "done.json"  # in the folder of a partition, and of its rows: the hashes of its files
STREAM = ".arrows"  # the ending of files of Arrow's stream, which grow without a list of what they hold
END = 8  # bytes that end such a stream
PACKED = pa.ipc.IpcWriteOptions(compression="lz4")
KEPT = (".parquet", ".pickle", ".json", STREAM)  # the endings of these
EXPORT_COUNTS = "export_counts.pickle"  # until all are added up
TOGETHER = "together.pickle"  # until all are looked at together
TRAITS = "traits.pickle"  # of its families, until they are held against those of other datasets
SCRATCH = "gezinscoach-{}.rows"  # among temporary files: the partitions of a study that has no folder
SPLIT = "split.pickle"  # beside the partitions: what is known of the whole export

Job = TypeVar("Job")
Result = TypeVar("Result")


class WorkerError(PipelineError):
    """The workers died again and again; the message says at what, and what to do."""


class PartError(PipelineError):
    """The rows of a partition are not as they were written; the message says which, and what to do."""


# ---- one job for each partition


@contextmanager
def _executor() -> Iterator[tuple[Executor | None, Callable[[], int]]]:
    """Give what runs jobs (a cluster, some processes of this machine, None for this one), and how many it
    may do at once.
    """
    if address := os.environ.get(CLUSTER):
        try:
            from distributed import Client
            from distributed.comm import CommClosedError
        except ImportError:
            raise WorkerError(
                f"{address}: a cluster needs the package distributed: pip install 'gezinscoach[cluster]'"
            ) from None
        try:
            client = Client(address, timeout=30)
        except (OSError, ValueError) as error:  # the latter where it is no address
            raise WorkerError(f"{address}: no cluster answers there ({error})") from None
        with client:
            try:
                yield client.get_executor(pure=False), lambda: sum(client.nthreads().values())
            except CommClosedError as error:
                raise BrokenExecutor(f"{address}: {error}") from error
        return
    asked = os.environ.get(WORKERS) or str(os.cpu_count() or 1)
    if not asked.isdecimal() or asked == "0":
        raise WorkerError(f"{WORKERS} is {asked!r}; expected how many processes there may be, 1 or more")
    workers = int(asked)
    if workers == 1:
        yield None, lambda: 1
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of each worker: more would wait for each other
    with ProcessPoolExecutor(workers, get_context("spawn"), _end_with_parent) as pool:
        yield pool, lambda: workers


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep workers that begin from running the script of the user again, who may not have thought of it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _end_with_parent() -> None:
    """End a worker whose parent was killed: it would wait for work for ever."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def each(work: Callable[[Job], Result], jobs: Sequence[Job], what: str) -> list[Result]:
    """Do the same work for each job, beside each other, and give the results in the order of the jobs.

    A job whose worker died is done again. `what` is said to be done, with the time left, on a terminal and
    in a notebook of the lab. WorkerError where workers die again and again: mostly there is too little memory
    for so many.
    """
    from tqdm import tqdm

    done: dict[int, Result] = {}
    unseen = None if WATCHED not in os.environ else False  # None: where there is no terminal
    with tqdm(total=len(jobs), desc=what, unit="part", delay=QUIET, disable=unseen, leave=False) as told:
        died = 0
        while died < TRIES:
            left = [number for number in range(len(jobs)) if number not in done]
            try:
                with _executor() as (executor, room):
                    given = {number: jobs[number] for number in left}
                    for number, result in _results(executor, room, work, given):
                        done[number] = result
                        told.update()
            except BrokenExecutor:  # with others that were done meanwhile it is no worse than before
                died = died + 1 if len(left) + len(done) == len(jobs) else 1
                continue
            return [done[number] for number in range(len(jobs))]
    raise WorkerError(
        f"{what}: a process that does it died {TRIES} times, mostly for lack of memory. Set {WORKERS} to a "
        "smaller number of processes; what is done already is kept where clean tables are written"
    )


def _results(
    executor: Executor | None,
    room: Callable[[], int],
    work: Callable[[Job], Result],
    jobs: Mapping[int, Job],
) -> Iterator[tuple[int, Result]]:
    """Give number and result of each job as it is done.

    Few more are begun than there is room for. When one fails no other is begun, and those that run are waited
    for: whoever is told of it may remove what they write. Of several that fail the first is told.
    """
    if executor is None:
        yield from ((number, work(job)) for number, job in jobs.items())
        return
    left = iter(jobs.items())
    running: dict[Future[Result], int] = {}
    failed: dict[int, BaseException] = {}
    try:
        while True:
            more = 0 if failed else max(2, 2 * room()) - len(running)  # fewer than none when workers go
            for number, job in islice(left, max(0, more)):
                with _without_main():
                    running[executor.submit(work, job)] = number
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number = running.pop(future)
                if error := CancelledError() if future.cancelled() else future.exception():
                    failed[number] = error
                else:
                    yield number, future.result()
    finally:
        for future in running:
            future.cancel()
    for _, error in sorted(failed.items()):
        cancelled = isinstance(error, BrokenExecutor | CancelledError)  # as a cluster does with all of them
        if not cancelled and type(error).__name__ != "KilledWorker":  # of Dask
            raise error
    if failed:
        raise BrokenExecutor(str(failed.popitem()[1]))


# ---- an export in partitions


class Split:
    """The rows of a unit in the folders of partitions, so that all rows of a family are in one of them.

    A row without a readable code is where all of the same text are. `into/000/raw/kind.arrows` holds the
    rows of children of the first partition. `families`: their codes; `compact`: by name of a column of days,
    whether all are written as `20220514`.
    """

    def __init__(self, into: Path, parts: int, unit: str) -> None:
        self._paths = [into / f"{part:03d}" / RAW / f"{unit}{STREAM}" for part in range(parts)]
        self.rows, self.families, self.compact = 0, set[str](), dict[str, bool]()

    def put(self, rows: pd.DataFrame) -> None:
        """Write some rows into the folders of their families."""
        positions, texts = values.distinct_texts(rows["gezin"])
        codes = [values.read_family(text) for text in texts]
        self.families |= {code for code in codes if isinstance(code, str)}
        for name in (one for one in DAYS if one in rows):
            days = [text for text in values.distinct_texts(rows[name])[1] if text.strip()]
            if days:
                self.compact[name] = self.compact.get(name, True) and all_compact(days)
        part = np.array([_number(code, len(self._paths)) for code in codes], dtype="int64")[positions]
        ordered = np.argsort(part, kind="stable")
        plain = pa.schema([pa.field(name, pa.int64() if name == ROW else pa.string()) for name in rows])
        table = pa.Table.from_pandas(rows, preserve_index=False).take(pa.array(ordered)).cast(plain)
        ends = np.searchsorted(part[ordered], np.arange(len(self._paths) + 1))
        for path, (start, end) in zip(self._paths, pairwise(ends.tolist()), strict=True):
            if start < end or not self.rows:  # each has a file, if of the header alone
                self._write(path, table.slice(start, end - start))
        self.rows += len(rows)

    def _write(self, path: Path, rows: pa.Table) -> None:
        """Write rows below those that a file holds from before; it is open for that long only."""
        header, sink = rows.schema.serialize(), pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema, options=PACKED) as stream:
            stream.write_table(rows)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab" if self.rows else "wb") as file:
            file.write(memoryview(sink.getvalue())[len(header) if self.rows else 0 : -END])


def _number(code: Any, parts: int) -> int:
    """Give the partition of a family by its code, or by the text that is none."""
    text = code if isinstance(code, str) else code.text.upper() if code else ""
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % parts


def split(folder: Path, into: Path, parts: int) -> RawExport:
    """Split an export by families, and give what is known of it without its rows.

    CSV files that are regular are read in blocks, whatever their size; all else as a whole. ExportError as
    `read_export`.
    """
    definitions = load_definitions()
    try:
        dataset, files, faults = files_of(folder, definitions)
        work = partial(_split_sheet, dataset=dataset, into=into, parts=parts)
        jobs = list(files.items())
        found = each(work, jobs, "splitting") if is_large(folder) else [work(job) for job in jobs]
        sheets = dict(zip(files, found, strict=True))
        read = {unit: of_sheet for unit, (of_sheet, _) in sheets.items()}
        shell = without_rows(folder, dataset, files, read, faults)
        rows = {unit: own for unit, (_, own) in sheets.items()}
        if {unit: own.rows for unit, own in rows.items()} != shell.rows_read:
            raise PipelineError(f"{folder}: other rows were split than were read: a fault of the program")
    except Irregular as why:
        for place in places_in(into):
            remove(place)
        try:
            shell = read_export(folder, definitions)
        except TooLarge as error:
            raise TooLarge("\n".join(filter(None, (str(why), str(error))))) from None
        rows = {unit: Split(into, parts, unit) for unit in shell.tables}
        for unit, table in shell.tables.items():
            rows[unit].put(table)
        none = {unit: pd.DataFrame(columns=table.columns) for unit, table in shell.tables.items()}
        shell = replace(shell, tables=none)
    compact = {(unit, name) for unit, own in rows.items() for name, so in own.compact.items() if so}
    families = frozenset[str]().union(*(own.families for own in rows.values()))
    return replace(shell, of_whole=OfWhole(frozenset(compact), families))


def _split_sheet(job: tuple[str, Path], dataset: Dataset, into: Path, parts: int) -> tuple[InBlocks, Split]:
    """Split a CSV file, and give what is known of it and of its rows."""
    unit, path = job
    rows = Split(into, parts, unit)
    read = read_in_blocks(unit, path, dataset, load_definitions(), rows.put)
    return read, rows


def read_part(folder: Path, shell: RawExport) -> RawExport:
    """Read the rows of a partition back (PartError)."""
    if not _is_done(folder):
        raise PartError(
            f"{folder}: the rows of the export are not there as they were written. Run again, and it is "
            "split anew; where this comes back, look whether the disk fails"
        )
    tables = {}
    for unit in shell.tables:
        with pa.OSFile(str(folder / f"{unit}{STREAM}")) as file:
            found = pa.ipc.open_stream(file).read_all()
        texts = [
            column if pa.types.is_integer(column.type) else column.dictionary_encode()
            for column in found.columns
        ]
        tables[unit] = pa.table(texts, found.column_names).to_pandas().astype({ROW: "Int64"})
    return replace(shell, tables=tables, rows_read={})


def clean_part(folder: Path, shell: RawExport, raw: Path, task: Cleaning, *, whatever: bool = False) -> bool:
    """Clean a partition whose rows lie in `folder/raw`: its clean tables take their place.

    What is to be looked at in all partitions together is written as well. One that would be refused for it by
    itself is left, and false: so that all of them can be told of at once. With `whatever` it is cleaned.
    """

    def note(own: rules.Together) -> None:
        (folder / TOGETHER).write_bytes(pickle.dumps(own))
        if not whatever:
            rules.refuse([own], shell.files)

    if not _is_done(folder):
        try:
            tables, states, counts = task.of(read_part(folder / RAW, shell), together=note)
        except ExportError:
            return False
        if task.whole:
            (folder / TRAITS).write_bytes(pickle.dumps(Traits.of(tables)))
            tables, states = as_pilot(tables, states, shell.dataset, task.whole)
        write_clean(Cleaned(tables, states, About.of(task.whole or shell.dataset, task.how), raw), folder)
        (folder / EXPORT_COUNTS).write_bytes(pickle.dumps(replace(counts, export=replace(shell, tables={}))))
        _mark_done(folder)
    remove(folder / RAW)  # those too of a cleaning that was stopped when all but this was done
    return True


def _mark_done(folder: Path) -> None:
    """Say that all files of a partition, or of its rows, are written."""
    (folder / DONE).write_text(json.dumps(_hashes(folder)), encoding="utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    """Give the hash of each file of a partition, or of its rows."""
    files = (path for path in sorted(folder.iterdir()) if path.suffix in KEPT and path.name != DONE)
    return {path.name: sha256(path) for path in files}


def _is_done(folder: Path) -> bool:
    """Tell whether all files of a partition, or of its rows, were written, and are as they were."""
    try:
        return json.loads((folder / DONE).read_text(encoding="utf-8")) == _hashes(folder)
    except (OSError, ValueError):
        return False


def clean_in_parts(raw: Path, work: Path, task: Cleaning, parts: int = 0) -> ExportCounts:
    """Clean an export in partitions, each in a folder of `work`; what is done there already stays.

    Gives what the export held. ExportError, CleanError, KeyFileError as of a whole one: what only all
    partitions together show (a number that stands twice, too many cells without a level) is looked at when
    each of them was, pseudonyms that are alike before. PartError, FileError: rows cannot be read back, or
    something cannot be written.
    """
    parts = parts or max(1, -(-bytes_of(raw) // OF_A_PART))
    mark = _mark_of(raw, task, parts)
    shell = _begun(work, mark, parts)
    if shell is None:
        remove(work)
        make_folder(work, private=True)
        try:
            shell = split(raw, work, parts)
            for place in places_in(work):
                _mark_done(place / RAW)
            content = pickle.dumps(shell)
            (work / SPLIT).write_bytes(content)
            (work / MARK).write_text(mark + _hash(content), encoding="utf-8")  # last: what has it is whole
        except OSError as error:
            remove(work)
            raise _told(work, error) from None
    assert shell.of_whole is not None
    if task.key:
        refuse_shared(map(task.key.family, shell.of_whole.families))
    else:
        shell = replace(shell, of_whole=replace(shell.of_whole, families=frozenset()))
    places = places_in(work)
    clean = partial(clean_part, shell=shell, raw=raw, task=task)
    try:
        cleaned = each(clean, places, "cleaning")
        rules.refuse([pickle.loads((place / TOGETHER).read_bytes()) for place in places], shell.files)
        each(partial(clean, whatever=True), list(compress(places, map(not_, cleaned))), "cleaning")
    except OSError as error:
        raise _told(work, error) from None
    return add_exports([pickle.loads((place / EXPORT_COUNTS).read_bytes()) for place in places])


def clean_several(raw: Path, work: Path, task: Cleaning, parts: int) -> list[Export]:
    """Clean the datasets of a folder, and give what each held.

    Each has partitions of its own in a folder of `work` where it is large, or that is asked (`parts`); of all
    others some are cleaned into one. Errors as of one, named with the dataset; CleanError: some of them have
    the same families.
    """
    datasets = parts_of(raw)
    large = [folder for folder in datasets if parts or is_large(folder)]
    bundles = _bundled([folder for folder in datasets if folder not in large])
    places = [work / f"{number:03d}" for number in range(len(large) + len(bundles))]
    if (work / SPLIT).exists():  # what was there before was one dataset
        remove(work)
    make_folder(work, private=True)
    for place in {*work.iterdir()} - {*places}:  # of more datasets
        remove(place)
    counts: dict[Path, ExportCounts] = {}
    held: dict[Path, Held] = {}
    for folder, place in zip(large, places, strict=False):
        with told_of(folder, raw):
            counts[folder] = clean_in_parts(folder, place, task, parts)
        own = places_in(place)
        traits = Traits.together([pickle.loads((one / TRAITS).read_bytes()) for one in own])
        held[folder] = _held(folder.name, traits, own)
    jobs = list(zip(bundles, places[len(large) :], strict=True))
    try:
        found = each(partial(_clean_bundle, raw=raw, task=task), jobs, "cleaning")
    except OSError as error:
        raise _told(work, error) from None
    for (folders, place), of_each in zip(jobs, found, strict=True):
        for folder, (own_counts, traits) in zip(folders, of_each, strict=True):
            counts[folder], held[folder] = own_counts, _held(folder.name, traits, [place])
    refuse_twice([held[folder] for folder in datasets])
    return [Export(About.of(counts[one].export.dataset, task.how), one, counts[one]) for one in datasets]


def _bundled(folders: Iterable[Path]) -> list[list[Path]]:
    """Put small datasets together, so many as are about a partition."""
    bundles: list[list[Path]] = []
    size = OF_A_PART
    for folder in folders:
        if size >= OF_A_PART:
            bundles.append([])
            size = 0
        bundles[-1].append(folder)
        size += bytes_of(folder, packed=True)
    return bundles


def _clean_bundle(
    job: tuple[Sequence[Path], Path], raw: Path, task: Cleaning
) -> list[tuple[ExportCounts, Traits]]:
    """Clean some datasets into one folder, where that is not done; give what each held and whom it has."""
    folders, place = job
    assert task.whole is not None
    mark = _hash("".join(_mark_of(folder, task, 1) for folder in folders).encode())
    if not (_is_done(place) and (place / MARK).read_text(encoding="utf-8") == mark):
        remove(place)
        make_folder(place, private=True)
        cleaned, held = [], []
        for folder in folders:
            with told_of(folder, raw):
                exported = read_export(folder, load_definitions())
                tables, states, counts = task.of(exported)
            held.append((counts, Traits.of(tables)))
            cleaned.append(as_pilot(tables, states, exported.dataset, task.whole))
        laid = laid_together([one for one, _ in cleaned]), states_together([one for _, one in cleaned])
        write_clean(Cleaned(*laid, About.of(task.whole, task.how), raw), place)
        (place / EXPORT_COUNTS).write_bytes(pickle.dumps(held))
        (place / MARK).write_text(mark, encoding="utf-8")
        _mark_done(place)
    return pickle.loads((place / EXPORT_COUNTS).read_bytes())  # type: ignore[no-any-return]


def _held(name: str, traits: Traits, places: Sequence[Path]) -> Held:
    """Give what a dataset in partitions is held against others by; its families are named with it there."""
    return Held(name, traits, partial(_levels_in, places, prefix=f"{name}/"))


def _levels_in(places: Sequence[Path], families: Iterable[str], *, prefix: str) -> pd.DataFrame:
    """Read the levels of some families back from partitions, where something stands before their codes."""
    sought = [("family", "in", [prefix + family for family in families])]
    paths = [place / f"{table}.parquet" for place in places for table in WITH_LEVELS]
    rows = pd.concat([pd.read_parquet(path, columns=LEVEL_AT, filters=sought) for path in paths])
    return rows.assign(family=rows["family"].str.removeprefix(prefix))


def _told(work: Path, error: OSError) -> Exception:
    """Give the error to tell where a disk is full; one without a number is of a cluster."""
    return error if error.errno is None else unwritten(work, error)


def _begun(work: Path, mark: str, parts: int) -> RawExport | None:
    """Give what is known of an export that was split already, where every row of it is still there."""
    try:
        content = (work / SPLIT).read_bytes()
        if (work / MARK).read_text(encoding="utf-8") != mark + _hash(content):
            return None
    except (OSError, ValueError):
        return None
    places = places_in(work)
    whole = len(places) == parts and all(_is_done(place) or _is_done(place / RAW) for place in places)
    return pickle.loads(content) if whole else None


def places_in(work: Path) -> list[Path]:
    """Give the folders of the partitions, by number; those of several datasets lie in a folder of each."""
    found = (path for path in work.iterdir() if path.name.isdecimal() and path.is_dir())
    ordered = sorted(found, key=lambda path: int(path.name))
    return [place for path in ordered for place in places_in(path) or [path]]


def _mark_of(raw: Path, task: Cleaning, parts: int) -> str:
    """Give what a cleaning that was stopped must have in common with this one, to go on from it."""
    files = {path.name: sha256(path) for path in sorted(raw.iterdir()) if path.is_file()}
    one_of = task.whole.model_dump(mode="json") if task.whole else None
    key = task.key.fingerprint if task.key else ""
    of = [_program(), files, dict(task.how), key, parts, one_of, task.for_comparison]
    return _hash(json.dumps(of).encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def _program() -> str:
    """Give the hash of the program and its definitions: what another one left is made anew."""
    found = hashlib.sha256()
    for path in (*sorted(Path(__file__).parent.rglob("*.py")), *sorted(REFERENCE.rglob("*.yml"))):
        found.update(path.read_bytes())
    return found.hexdigest()


# ---- a study in partitions

Wanted = tuple[str, str, str]  # stage, name, and the file in a partition in which it is kept
FRAMES = ("families", "persons", "hashes")  # of which a study in partitions has those of the chosen families
ADDED = ("frames", "family_table", "counts")
CHOSEN = ("pilots", "started_from", "started_until")  # settings on which all depends


def count_part(folder: Path, given: Mapping[str, Any], wanted: Sequence[Wanted], *, apart: bool) -> None:
    """Make frames, family tables and counts of a partition, each in its file, where it is not there yet.

    `apart`: of its families for comparison.
    """
    left = [(stage, name, folder / file) for stage, name, file in wanted if not (folder / file).is_file()]
    if not left:
        return
    gc.collect()  # what a study holds refers to it: that of the partition before would stay
    study: Study | None = Study(*read_clean(folder), partial=True, **given)
    if apart:
        study = study.others if study else None
    for stage, name, path in left:
        made = study.part_of(stage, name) if study else pd.DataFrame()
        write(path, made.to_parquet(index=stage == "counts"))


class StudyInParts(Study):
    """A study whose families are in partitions: counts are added up, family tables laid together.

    Its frames, where they are asked for, are those of all partitions together.
    """

    def __init__(
        self,
        work: Path,
        about: About,
        *,
        apart: bool = False,
        keep: Any = None,
        export_counts: ExportCounts | None = None,
        **given: Any,
    ) -> None:
        self._apart, self._keep, self._given_settings = apart, keep, given
        self._lie_in(work)
        super().__init__(None, None, about, export_counts=export_counts, **given)  # type: ignore[arg-type]

    @classmethod
    def opened(cls, folder: Path, **given: Any) -> "StudyInParts":
        """Open clean tables that lie in partitions."""
        about = study_from_json((folder / STUDY_FILE).read_text(encoding="utf-8"))
        return cls(folder / PARTS, about, folder=folder, **given)

    def _look(self) -> None:
        cleaning.chosen_pilots(self.about.pilots, self._choice["pilots"])
        if (self._choice["started_from"] or self._choice["started_until"]) and self.families.empty:
            _ = self._whole  # which says that nobody started then

    def _lie_in(self, work: Path) -> None:
        self._work, self._places, self._as_opened = work, places_in(work), _identity(work)

    @contextmanager
    def _as_they_were(self) -> Iterator[None]:
        """Refuse partitions in whose place another run has put others (CleanError), before or meanwhile."""
        try:
            if _identity(self._work) == self._as_opened:
                yield
        finally:
            if _identity(self._work) != self._as_opened:
                raise CleanError(
                    f"{self._work.parent}: another run has put other clean tables there since this study was "
                    "opened. Open it again."
                ) from None

    @cached_property
    def cleaned(self) -> CleanTables:  # type: ignore[override]
        """The clean tables of all partitions, laid together."""
        with self._as_they_were():
            return laid_together([read_clean(place)[0] for place in self._places])

    @cached_property
    def _cleaned_states(self) -> pd.DataFrame:
        with self._as_they_were():
            return states_together([read_clean(place)[1] for place in self._places])

    @cached_property
    def _whole(self) -> tuple[CleanTables, pd.DataFrame]:
        whole, states = super()._whole
        apart = cleaning.in_groups(whole)[1] if self._apart else None
        return apart or whole, states

    @property
    def _held(self) -> Held:
        traits = each(_traits_in, self._places, "comparing")
        return Held(str(self.raw), Traits.together(traits), partial(_levels_in, self._places, prefix=""))

    def _cleaned(self) -> Cleaned:
        assert self.raw is not None
        beside = {DOUBTS: doubts_to_json(self.doubts)}
        return Cleaned(None, None, self.about, self.raw, beside, self._work)

    def _kept_in(self, folder: Path) -> None:
        if BESIDE not in os.environ:  # else the run goes on from them until it has ended
            remove(self._work)
        super()._kept_in(folder)
        self._lie_in(folder / PARTS)

    @cached_property
    def _chosen(self) -> tuple[str, ...]:
        return cleaning.chosen_pilots(self.about.pilots, self._choice["pilots"])

    @cached_property
    def _given(self) -> Mapping[str, Any]:
        of_counts = {
            name: lambda name=name: self.counts[name].reset_index()
            for name in ("flow", "cases_by_pilot", "cleaning_log")
        }
        own = {name: partial(self._get, "frames", name) for name in ("families", "persons")}
        return {**super()._given, **of_counts, **own}

    @cached_property
    def _hashes(self) -> tuple[int, int]:
        found = self._get("frames", "hashes").sum()
        return int(found["families"]), int(found["levels"])

    @cached_property
    def others(self) -> Study | None:
        """The families for comparison, in the same partitions or a study of their own; None without any."""
        if self._others or "comparison" not in self.counts["flow"].index:
            return self._others
        return StudyInParts(self._work, self.about, apart=True, keep=self._keep, **self._given_settings)

    def _of_pilots(self, pilots: Sequence[str]) -> Study:
        given = self._given_settings | {"pilots": pilots}
        return StudyInParts(self._work, self.about, keep=self._keep, **given)

    def _get(self, stage: str, name: str) -> Any:
        if (stage, name) not in self._made and self._adds(stage, name):
            with self._as_they_were():
                parts = self._of_parts(stage, name)
            made = add(parts) if stage == "counts" else _laid_together(parts)
            self._made[stage, name] = conform(name, made) if stage == "frames" and name in TABLES else made
        return super()._get(stage, name)

    def _adds(self, stage: str, name: str) -> bool:
        """Tell whether something is made of families: of counts that are made of others it is their sums."""
        if stage != "counts":
            return stage in ADDED
        maker = self._maker(stage, name)
        of_counts = {
            *self.counts,
            *self._reference,
            *self.settings,
            *self.about.parameters,
            "figure",
            "declared",
        }
        return maker is not None and not set(maker.needs) <= of_counts

    @cached_property
    def _first(self) -> list[Wanted]:
        """Name what is made of a partition at once: all that outputs are made of."""
        needs = {need for stage in ("derives", "exact") for one in makers(stage) for need in one.needs}
        return [
            *(self._wanted("frames", name) for name in FRAMES),
            *(self._wanted("family_table", name) for name in MAKERS["family_table"] if name in needs),
            *(self._wanted("counts", name) for name in self.counts if self._adds("counts", name)),
        ]

    def _wanted(self, stage: str, name: str) -> Wanted:
        """Say in which file something is kept: another one for other settings that it depends on."""
        needs = {need for _, need in self._all_needs(stage, name, set())} if stage != "frames" else set()
        of = {one: value for one, value in self._asked.items() if one in (*CHOSEN, *needs)}
        made_by = json.dumps([_program(), self._apart, of], default=list, sort_keys=True)
        mark = hashlib.sha256(made_by.encode()).hexdigest()[:16]
        return stage, name, f"{MADE}/{stage}-{name}-{mark}.parquet"

    @property
    def _asked(self) -> dict[str, Any]:
        """Give all settings of this study but its language."""
        own = {name: value for name, value in self.settings.items() if name != "language"}
        return own | {name: self._choice[name] for name in CHOSEN}

    def _of_parts(self, stage: str, name: str) -> list[pd.DataFrame]:
        """Give what each partition has of a name; what is not there yet is made.

        What is asked first is made alone, so that nobody waits for all who wants one count; with the next
        count all others are made at once.
        """
        wanted = self._wanted(stage, name)
        kept = [place / wanted[-1] for place in self._places]
        read = list(map(_kept, kept))
        if any(one is None for one in read):
            more = stage == "counts" and any((place / MADE).is_dir() for place in self._places)
            self._make_in_parts([wanted, *(self._first if more else ())])
            read = list(map(pd.read_parquet, kept))
        return [one for one in read if one is not None and len(one.columns)]

    def make_all(self) -> None:
        """Make all that outputs are made of, of each partition."""
        with self._as_they_were():
            self._make_in_parts(self._first)

    def _make_in_parts(self, wanted: Iterable[Wanted]) -> None:
        work = partial(count_part, given=self._asked, wanted=list(dict.fromkeys(wanted)), apart=self._apart)
        with locked(self._places[0] / MADE, wait_seconds=WAIT_FOR_TABLE):  # another notebook may do so
            each(work, self._places, "counting")


def _traits_in(place: Path) -> Traits:
    return Traits.of(read_clean(place)[0])


def _identity(work: Path) -> list[int]:
    """Tell partitions from others in the same place, that were made while these still were there."""
    try:
        return [place.stat().st_ino for place in places_in(work)]
    except OSError:
        return []


def _kept(path: Path) -> pd.DataFrame | None:
    """Read what was made of a partition; None where it is not there. What cannot be read is removed."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):  # the latter of Arrow
        path.unlink(missing_ok=True)
        return None


def _laid_together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lay family tables together by family; the rows of one keep their order."""
    found = pd.concat([one for one in parts if len(one)] or parts[:1], ignore_index=True)
    if "family" not in found:
        return found
    places, families = pd.factorize(found["family"])
    rank = np.argsort(np.argsort(families.to_numpy(), kind="stable"))
    return found.iloc[np.argsort(rank[places], kind="stable")].reset_index(drop=True)


class _Scratch:
    """A folder that is there as long as this object is; that of a process that was killed goes with the
    next one.
    """

    def __init__(self) -> None:
        for left in Path(gettempdir()).glob(SCRATCH.format("*")):
            with suppress(OSError, RunError), locked(left):  # another process still has it, or another user
                remove(left)
        self.path = Path(gettempdir(), SCRATCH.format(token_hex(8)))
        end = ExitStack()
        end.enter_context(locked(self.path))
        make_folder(self.path, private=True)
        end.callback(shutil.rmtree, self.path, ignore_errors=True)
        weakref.finalize(self, end.close)


@contextmanager
def clean_study(
    raw: Path, clean: Path | None, task: Cleaning, parts: int = 0, **given: Any
) -> Iterator[StudyInParts]:
    """Clean an export in partitions, and open the study of them; nobody else works on these meanwhile.

    It may be a folder of several, each in partitions of its own. Partitions lie beside the folder `clean`,
    where that is given (in a run beside that of the dataset), until they are put there; else in a temporary
    folder, as long as there is the study. Where the export is refused, also later, nothing of them is left.
    """
    if task.key and os.environ.get(CLUSTER):
        raise WorkerError(f"the key of the pseudonyms stays on this machine: clean without {CLUSTER}")
    keep = None
    if clean:
        beside = Path(os.environ.get(BESIDE, clean.parent), clean.name)
        work = work_of(beside, for_comparison=task.for_comparison)
    else:
        keep = _Scratch()
        work = keep.path / PARTS
    with locked(work, wait_seconds=WAIT):
        held: dict[str, Any]
        try:
            if parts_of(raw) == (raw,):
                counts = clean_in_parts(raw, work, task, parts)
                whole, held = counts.export.dataset, {"export_counts": counts}
            else:
                whole = read_dataset(raw)  # may say that they do not go together
                held = {"parts": clean_several(raw, work, replace(task, whole=whole), parts)}
            yield StudyInParts(work, About.of(whole, task.how), keep=keep, raw=raw, **held, **given)
        except (WorkerError, FileError):  # a next run goes on from what is done
            raise
        except PipelineError:  # the export is to be mended first: nothing of this goes on
            remove(work)
            raise
