"""Degradation: pictures worn as scanning, copying and photographing do, their truth kept true."""
