"""Tables of messages, in and out: every format row by row, cell by cell faithful."""

from __future__ import annotations

from sms_classifier.tables.batch import TableOptions, predict_table
from sms_classifier.tables.chunk import Chunk, Table
from sms_classifier.tables.read import open_table
from sms_classifier.tables.tally import Summary

__all__ = ["Chunk", "Summary", "Table", "TableOptions", "open_table", "predict_table"]
