"""Trainers read finished datasets through `dataengine.Dataset`; none ships yet."""
