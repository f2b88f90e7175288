"""How the fourteen ChestX-ray14 labels are coded in a head."""

from __future__ import annotations

from cxrviewer.heads.contract import Code

PRIVATE_SCHEME = "99CXR14"

CODES: dict[str, Code] = {
    "Atelectasis": Code("SCT", "46621007", "Atelectasis"),
    "Cardiomegaly": Code("SCT", "8186001", "Cardiomegaly"),
    "Effusion": Code("SCT", "60046008", "Pleural effusion"),
    "Infiltration": Code("SCT", "409609008", "Pulmonary infiltrate"),
    "Mass": Code("SCT", "309529002", "Lung mass"),
    "Nodule": Code("SCT", "786838002", "Nodule of lung"),
    "Pneumonia": Code("SCT", "233604007", "Pneumonia"),
    "Pneumothorax": Code("SCT", "36118008", "Pneumothorax"),
    "Consolidation": Code("SCT", "95436008", "Lung consolidation"),
    "Edema": Code("SCT", "19242006", "Pulmonary edema"),
    "Emphysema": Code("SCT", "87433001", "Pulmonary emphysema"),
    "Fibrosis": Code("SCT", "51615001", "Fibrosis of lung"),
    # The sources at hand gave three different SNOMED CT numbers for pleural thickening. A private
    # code (PS3.16 8.2: designators starting with 99) says nothing wrong; a wrong number would.
    "Pleural_Thickening": Code(PRIVATE_SCHEME, "Pleural_Thickening", "Pleural thickening"),
    # The label's reports are of hiatal and other diaphragmatic hernias alike.
    "Hernia": Code("SCT", "39839004", "Diaphragmatic hernia"),
}
