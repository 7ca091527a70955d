#!/usr/bin/env python3
"""Writes N files of one Pod each, the Pod of lspbench.py, a hundred to a folder: manifests.py FOLDER N"""
import os
import sys

from lspbench import GOOD_KEY, POD

folder, count = sys.argv[1], int(sys.argv[2])
for i in range(count):
    below = os.path.join(folder, f"{i // 100:03d}")
    os.makedirs(below, exist_ok=True)
    with open(os.path.join(below, f"pod-{i:05d}.yaml"), "w") as file:
        file.write(POD.format(i=i, t=i % 7, mistake=GOOD_KEY))
