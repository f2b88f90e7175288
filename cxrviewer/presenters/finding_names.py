"""Findings the catalogues know: what a head calls them is data, so the collector would not see it."""

from __future__ import annotations

from cxrviewer.text import msg

NAMES = (
    msg("Atelectasis"),
    msg("Cardiomegaly"),
    msg("Diaphragmatic hernia"),
    msg("Enlarged cardiac silhouette (CTR at least 0.5)"),
    msg("Fibrosis of lung"),
    msg("Lung consolidation"),
    msg("Lung mass"),
    msg("Nodule of lung"),
    msg("Pleural effusion"),
    msg("Pleural thickening"),
    msg("Pneumonia"),
    msg("Pneumothorax"),
    msg("Pulmonary edema"),
    msg("Pulmonary emphysema"),
    msg("Pulmonary infiltrate"),
)
"""English names of the heads in this repository; `text.looked_up` translates them."""
