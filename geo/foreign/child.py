"""A task done in a child process of limited means: what it answered, or one fault; the parent keeps its memory."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from geo.core.children import exit_code
from geo.core.errors import MOST_FAULTS, BadData, CannotWrite, Fault
from geo.foreign.limits import MEGABYTE, Limits

# What a child may be asked, and the function that answers: (arguments, scratch folder) → anything JSON can hold.
TASKS: dict[str, str] = {
    "cells": "geo.foreign.cells:read",
    "sniff": "geo.foreign.sniff:read",
    "borders": "geo.foreign.borders:read",
    "raster": "geo.foreign.raster:read",
}

# The child finds geo where the parent has it, and nothing else there.
_START = """
import sys
sys.path.insert(0, sys.argv[1])
import geo
del sys.path[0]
from geo.foreign.confined import main
main()
"""
# Every driver of vector data but GeoJSON, GPKG and ESRI Shapefile: of what GDAL has built in, and has had.
# The spelling OGR_SKIP, and an option set after the import, do not keep a VRT from being opened.
_SKIPPED_DRIVERS = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,Arrow,BAG,CAD,CSV,CSW,Carto,Cloudant,CouchDB,DB2ODBC,DGN,DODS,DWG,DXF,"
    "EDIGEO,EEDA,ESRIJSON,ElasticSearch,Elasticsearch,FileGDB,FlatGeobuf,GDALG,GML,GMLAS,GMT,GPSBabel,GPX,GTFS,"
    "GeoJSONSeq,GeoRSS,HANA,HTTP,IDB,INGRES,Idrisi,Interlis 1,Interlis 2,JML,JP2OpenJPEG,JSONFG,KML,LIBKML,LVBAG,"
    "MBTiles,MEM,MSSQLSpatial,MVT,MapInfo File,MapML,Memory,MiraMonVector,MongoDBv3,MySQL,NAS,NGW,NTF,OAPIF,OCI,"
    "ODBC,ODS,OGCAPI,OGDI,OGR_GMT,OGR_OGDI,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PGeo,PLSCENES,"
    "PMTiles,Parquet,PostGISRaster,PostgreSQL,S57,SDTS,SOSI,SQLite,SVG,SXF,Selafin,TIGER,TopoJSON,UK .NTF,VDV,VFK,"
    "VICAR,VRT,WAsP,WFS,Walk,XLS,XLSX,XODR"
)
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",  # each arena takes 64 MB of the address space
    "ARROW_IO_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "GDAL_SKIP": _SKIPPED_DRIVERS,
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "YES",
    "GDAL_NUM_THREADS": "1",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_PROXY": "127.0.0.1:1",
    "GDAL_HTTPS_PROXY": "127.0.0.1:1",
    "CPL_CURL_ENABLE_VSIMEM": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    "PROJ_NETWORK": "OFF",
}


def run(task: str, arguments: Mapping[str, Any], scratch: Path, limits: Limits) -> Any:
    """Return what a task of TASKS answered; it may read what `arguments` name and write into `scratch` alone.

    `name` among the arguments, or else the last part of `path`, is the file that a fault names. Raises BadData with
    the task's own faults, or with E-SYS-05 where the child ran out of memory or time or ended without an answer, and
    CannotWrite where its disk was full.
    """
    name = str(arguments.get("name") or Path(str(arguments.get("path", ""))).name)
    order = {"task": TASKS[task], "arguments": dict(arguments), "limits": asdict(limits)}
    with (
        tempfile.TemporaryFile(dir=scratch) as asked,
        tempfile.TemporaryFile(dir=scratch) as answered,
        tempfile.TemporaryFile(dir=scratch) as said,
    ):
        asked.write(json.dumps(order).encode())
        asked.seek(0)
        code = _finished(scratch, limits, (asked, answered, said))
        reply = _reply(answered, limits) if code == 0 else None
        if reply is None:
            reply = {"reason": _reason(code, said)}
    return _answer(reply, name, scratch)


def as_faults(plain: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return the faults that a child wrote as plain data."""
    return [Fault(**fields) for fields in plain]


def as_plain(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return the first thousand faults as plain data."""
    return [asdict(fault) for fault in list(faults)[:MOST_FAULTS]]


def _finished(scratch: Path, limits: Limits, streams: tuple[IO[bytes], IO[bytes], IO[bytes]]) -> int | None:
    """Return the exit code of a child, or None where its time was over and it was killed."""
    # -I: neither the folder nor the environment adds modules; -B: it writes nothing beside its sources.
    command = [sys.executable, "-I", "-B", "-c", _START, str(Path(__file__).resolve().parents[2])]
    return exit_code(command, scratch, _ENVIRONMENT, limits.wall_s, streams)


def _reply(answered: IO[bytes], limits: Limits) -> dict[str, Any] | None:
    """Return the reply of a child that ended well; None where it is no reply."""
    if answered.seek(0, os.SEEK_END) > limits.answer_mb * MEGABYTE:
        return None
    answered.seek(0)
    try:
        reply = json.loads(answered.read())
    except (ValueError, RecursionError):
        return None
    return reply if isinstance(reply, dict) and len({"value", "faults", "reason", "errno"} & set(reply)) == 1 else None


def _reason(code: int | None, said: IO[bytes]) -> str:
    if code in (None, -signal.SIGXCPU):
        return "time"
    said.seek(max(0, said.seek(0, os.SEEK_END) - 4096))
    last = said.read()
    # An allocation that fails in C++ aborts; the machine's own guard kills.
    short = b"bad_alloc" in last or b"llocat" in last or b"failed to map segment" in last
    return "memory" if code == -signal.SIGKILL or short else "ended"


def _answer(reply: dict[str, Any], name: str, scratch: Path) -> Any:
    if "value" in reply:
        return reply["value"]
    if "faults" in reply:
        try:
            faults = as_faults(reply["faults"])
        except (TypeError, AttributeError):
            faults = []
        raise BadData(faults or [_ended(name, "ended")])
    if reply.get("errno") in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(scratch).free
        raise CannotWrite(path=scratch, reason=os.strerror(reply["errno"]), needed="–", free=free)
    raise BadData([_ended(name, str(reply.get("reason", "ended")))])


def _ended(name: str, reason: str) -> Fault:
    return Fault(name, 0, "", "E-SYS-05", reason)
