"""What headers call modalities, regions and projections: the word lists of `scope`.

Codes are SNOMED CT with their older SRT twins, from PS3.16 CID 4031 (Common Anatomic
Regions) and CID 4010 (DX View); words from PS3.16 Annex L and from real headers.
A test compares the codes with pydicom's tables.
"""

from __future__ import annotations

# What a Storage SOP Class says where (0008,0060) Modality is empty (PS3.4 B.5).
SOP_CLASS_MODALITY = {
    "1.2.840.10008.5.1.4.1.1.1": "CR",
    "1.2.840.10008.5.1.4.1.1.1.1": "DX",
    "1.2.840.10008.5.1.4.1.1.1.1.1": "DX",
    "1.2.840.10008.5.1.4.1.1.1.2": "MG",
    "1.2.840.10008.5.1.4.1.1.1.2.1": "MG",
    "1.2.840.10008.5.1.4.1.1.1.3": "IO",
    "1.2.840.10008.5.1.4.1.1.1.3.1": "IO",
    "1.2.840.10008.5.1.4.1.1.2": "CT",
    "1.2.840.10008.5.1.4.1.1.2.1": "CT",
    "1.2.840.10008.5.1.4.1.1.4": "MR",
    "1.2.840.10008.5.1.4.1.1.4.1": "MR",
    "1.2.840.10008.5.1.4.1.1.6.1": "US",
    "1.2.840.10008.5.1.4.1.1.3.1": "US",
    "1.2.840.10008.5.1.4.1.1.20": "NM",
    "1.2.840.10008.5.1.4.1.1.128": "PT",
    "1.2.840.10008.5.1.4.1.1.12.1": "XA",
    "1.2.840.10008.5.1.4.1.1.12.2": "RF",
    "1.2.840.10008.5.1.4.1.1.13.1.3": "MG",
}

# Radiographs, but made by machines that see other regions only.
MODALITY_REGION = {"MG": "breast", "IO": "teeth", "PX": "teeth", "BMD": "bones", "DG": ""}

MODALITY_NAMES = {
    "CT": "a CT image",
    "MR": "an MR image",
    "US": "an ultrasound image",
    "NM": "a nuclear medicine image",
    "PT": "a PET image",
    "XA": "an angiography image",
    "RF": "a fluoroscopy image",
    "OT": "an image of unknown origin",
    "SC": "a secondary capture",
    "SR": "a report",
    "RTPLAN": "a treatment plan",
}

# A thorax, alone or with its neighbours: the pixels have the last word on the latter.
CHEST_CODES = frozenset(
    {
        *("816094009", "51185008", "T-D3000", "39607008", "T-28000", "72410000", "T-D3300", "80891009", "T-32000"),
        *("416775004", "R-FAB56", "416550000", "R-FAB55", "417437006", "R-FAB52", "416319003", "R-FAB54"),
        *("416152001", "R-FAB53", "86598002", "T-280A0", "955009", "T-26000", "113197003", "T-11300"),
    }
)

OTHER_REGION_CODES = {
    "818981001": "abdomen",
    "113345001": "abdomen",
    "T-D4000": "abdomen",
    "818982008": "abdomen and pelvis",
    "816092008": "pelvis",
    "12921003": "pelvis",
    "T-D6000": "pelvis",
    "29836001": "hip",
    "T-D2500": "hip",
    "24136001": "hip",
    "T-15710": "hip",
    "71341001": "femur",
    "T-12710": "femur",
    "68367000": "thigh",
    "T-D9100": "thigh",
    "72696002": "knee",
    "T-D9200": "knee",
    "64234005": "patella",
    "T-12730": "patella",
    "30021000": "lower leg",
    "T-D9400": "lower leg",
    "61685007": "lower limb",
    "T-D9000": "lower limb",
    "87342007": "fibula",
    "T-12750": "fibula",
    "70258002": "ankle",
    "T-15750": "ankle",
    "80144004": "heel",
    "T-12770": "heel",
    "56459004": "foot",
    "T-D9700": "foot",
    "29707007": "toe",
    "T-D9800": "toe",
    "66019005": "extremity",
    "T-D0300": "extremity",
    "16982005": "shoulder",
    "T-D2220": "shoulder",
    "51299004": "clavicle",
    "T-12310": "clavicle",
    "79601000": "scapula",
    "T-12280": "scapula",
    "40983000": "upper arm",
    "T-D8200": "upper arm",
    "85050009": "upper arm",
    "T-12410": "upper arm",
    "53120007": "upper limb",
    "T-D8000": "upper limb",
    "16953009": "elbow",
    "T-15430": "elbow",
    "14975008": "forearm",
    "T-D8500": "forearm",
    "74670003": "wrist",
    "T-15460": "wrist",
    "85562004": "hand",
    "T-D8700": "hand",
    "7569003": "finger",
    "T-D8800": "finger",
    "76505004": "thumb",
    "T-D8810": "thumb",
    "69536005": "head",
    "T-D1100": "head",
    "89546000": "skull",
    "T-11100": "skull",
    "91397008": "face",
    "T-11196": "face",
    "661005": "jaw",
    "T-D1213": "jaw",
    "91609006": "jaw",
    "T-11180": "jaw",
    "70925003": "jaw",
    "T-11170": "jaw",
    "2095001": "sinuses",
    "T-22000": "sinuses",
    "45048000": "neck",
    "T-D1600": "neck",
    "122494005": "cervical spine",
    "T-11501": "cervical spine",
    "122495006": "thoracic spine",
    "T-11502": "thoracic spine",
    "122496007": "lumbar spine",
    "T-11503": "lumbar spine",
    "421060004": "spine",
    "T-D04FF": "spine",
    "54735007": "sacrum",
    "T-11AD0": "sacrum",
    "64688005": "coccyx",
    "T-11BF0": "coccyx",
    "76752008": "breast",
    "T-04000": "breast",
    "38266002": "whole body",
    "T-D0010": "whole body",
}

# RIB is in neither list: sites use it for chest films and for films of the bones alike.
CHEST_WORDS = frozenset(
    {"CHEST", "THORAX", "THORACIC", "LUNG", "LUNGS", "HEART", "CXR", "TORAX", "TÓRAX", "POUMON", "POUMONS", "RX_THORAX"}
)

OTHER_REGION_WORDS = {
    **dict.fromkeys(("ABDOMEN", "ABDOMINAL", "KUB", "COLON", "STOMACH", "KIDNEY", "BLADDER"), "abdomen"),
    **dict.fromkeys(("ABDOMENPELVIS",), "abdomen and pelvis"),
    **dict.fromkeys(("PELVIS", "ILIUM", "BECKEN"), "pelvis"),
    **dict.fromkeys(("HIP", "HIPS"), "hip"),
    **dict.fromkeys(("FEMUR", "THIGH"), "thigh"),
    **dict.fromkeys(("KNEE", "KNEES", "PATELLA"), "knee"),
    **dict.fromkeys(("LEG", "LEGS", "TIBIA", "FIBULA", "CALF"), "lower leg"),
    **dict.fromkeys(("ANKLE", "CALCANEUS", "HEEL"), "ankle"),
    **dict.fromkeys(("FOOT", "FEET", "TOE", "TOES"), "foot"),
    **dict.fromkeys(("EXTREMITY", "EXTREMITIES", "LOWEXM", "UPEXM"), "extremity"),
    **dict.fromkeys(("SHOULDER", "SHOULDERS", "CLAVICLE", "SCAPULA", "ACJOINT"), "shoulder"),
    **dict.fromkeys(("ARM", "HUMERUS", "FOREARM", "RADIUS", "ULNA"), "arm"),
    **dict.fromkeys(("ELBOW",), "elbow"),
    **dict.fromkeys(("WRIST", "SCAPHOID"), "wrist"),
    **dict.fromkeys(("HAND", "HANDS", "FINGER", "FINGERS", "THUMB"), "hand"),
    **dict.fromkeys(("HEAD", "SKULL", "BRAIN", "ORBIT", "ORBITS", "FACE", "NOSE", "SINUS", "SINUSES"), "head"),
    **dict.fromkeys(("TEETH", "TOOTH", "DENTAL", "JAW", "MANDIBLE", "MAXILLA", "TMJ", "PANORAMIC"), "jaw"),
    **dict.fromkeys(("NECK", "LARYNX"), "neck"),
    **dict.fromkeys(("CSPINE", "TSPINE", "LSPINE", "SSPINE", "LSSPINE", "TLSPINE", "CTSPINE", "SPINE"), "spine"),
    **dict.fromkeys(("SACRUM", "COCCYX", "LUMBAR", "CERVICAL", "SCOLIOSIS"), "spine"),
    **dict.fromkeys(("STERNUM", "SCJOINT"), "sternum"),
    **dict.fromkeys(("BREAST", "MAMMOGRAM", "MAMMOGRAPHY"), "breast"),
    **dict.fromkeys(("WHOLEBODY",), "whole body"),
}

FRONTAL_VIEWS = {"PA": "PA", "AP": "AP"}
FRONTAL_WORDS = frozenset({"PA", "AP", "FRONTAL", "POSTEROANTERIOR", "ANTEROPOSTERIOR", "PORTABLE"})
# In free text only words that mean nothing else.
DESCRIBED_LATERAL_WORDS = frozenset({"LATERAL", "LAT", "LLAT", "RLAT", "SAGITTAL", "DECUBITUS", "OBLIQUE"})
LATERAL_WORDS = DESCRIBED_LATERAL_WORDS | {
    *("LL", "RL", "LLD", "RLD", "LAO", "RAO", "LPO", "RPO", "RLO", "LLO"),
    *("ML", "LM", "MLO", "CC", "AXIAL", "TANGENTIAL", "LORDOTIC"),
}

VIEW_CODES = {
    "399348003": "AP",
    "R-10206": "AP",
    "272479007": "PA",
    "R-40888": "PA",
    "399033003": "",  # frontal, direction not said
    "R-10202": "",
}

OTHER_VIEW_CODES = frozenset(
    {
        *("399067008", "R-102CD", "399173006", "R-10236", "399198007", "R-10232", "260427002", "R-40783"),
        *("399352003", "R-10228", "399260004", "R-10224", "30730003", "G-A145", "399061009", "R-10241"),
        *("399312000", "R-10208", "399059000", "R-10216", "399135007", "R-10220", "399356000", "R-40985"),
        *("399006002", "R-10212", "399038007", "R-10210", "399184004", "R-10238", "399236003", "R-10234"),
        *("399182000", "R-102C1", "399160007", "R-10204", "399368009", "R-10226", "399099002", "R-10230"),
        *("399162004", "R-10242", "399196006", "R-10244", "260426006", "R-40782", "399110001", "R-102C2"),
    }
)
