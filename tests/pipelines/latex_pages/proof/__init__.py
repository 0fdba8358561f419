"""Tests of the proof of set pages."""
