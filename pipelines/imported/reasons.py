"""Why a record can be refused: code -> what it means and what to do, in the order of the checks."""

from __future__ import annotations

REASONS = {
    "unknown-format": "The file's content tells no format, or several. Set options.format.",
    "broken-file": "The file is cut off or damaged as a whole. Fetch it again.",
    "unknown-columns": "The columns with picture and text cannot be told. Set options.image, text.",
    "no-records": "The file holds no record. Remove it from the corpus.",
    "only-metadata": "img2dataset's list beside a tar, in which no download failed. Nothing to do.",
    "broken-rows": "The rows cannot be read: the Parquet file is damaged there. Fetch it again.",
    "malformed-record": "The record is no valid JSON, or a field is missing or of another type.",
    "failed-download": "img2dataset could not fetch the picture; the detail gives its message.",
    "text-only": "The record has no picture.",
    "several-images": "The record has several pictures, a sample has one.",
    "no-turns": "The conversation is empty.",
    "too-many-turns": "The conversation has more turns than options.max_turns.",
    "unknown-role": "A turn is by someone else than user (human), assistant (gpt) and system.",
    "image-marks": "The marks <image> are not one, or one stands in an answer or a caption.",
    "turn-order": "Turns are not user, assistant, … with the assistant's at the end.",
    "empty-question": "A user's turn or a question has no text.",
    "empty-answer": "An assistant's turn or an answer has no text.",
    "no-answers": "The record has no answers, as in a test split.",
    "no-caption": "No caption is there, or it is blank.",
    "too-long": "The text has more characters than options.max_chars.",
    "bad-name": "The picture's name is none that a file can have.",
    "missing-image": "The picture is not where its name says. Add its folder to corpora.files.",
    "unreadable-image": "The picture does not decode from beginning to end.",
    "huge-image": "The picture has more pixels than options.max_megapixels; it was not decoded.",
    "tiny-image": "The picture's shorter side is less than options.min_side.",
}
