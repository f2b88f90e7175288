"""What headers call modalities, regions and projections: the word lists of `eligibility`.

Codes are SNOMED CT with their older SRT twins, from PS3.16 CID 4031 (Common Anatomic
Regions) and CID 4010 (DX View); words from PS3.16 Annex L and from real headers.
A test compares the codes with pydicom's tables.
"""

from __future__ import annotations

from cxrviewer.text import msg

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
MODALITY_REGION = {"MG": msg("breast"), "IO": msg("teeth"), "PX": msg("teeth"), "BMD": msg("bones"), "DG": ""}

MODALITY_NAMES = {
    "CT": msg("a CT image"),
    "MR": msg("an MR image"),
    "US": msg("an ultrasound image"),
    "NM": msg("a nuclear medicine image"),
    "PT": msg("a PET image"),
    "XA": msg("an angiography image"),
    "RF": msg("a fluoroscopy image"),
    "OT": msg("an image of unknown origin"),
    "SC": msg("a secondary capture"),
    "SR": msg("a report"),
    "RTPLAN": msg("a treatment plan"),
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
    "818981001": msg("abdomen"),
    "113345001": msg("abdomen"),
    "T-D4000": msg("abdomen"),
    "818982008": msg("abdomen and pelvis"),
    "816092008": msg("pelvis"),
    "12921003": msg("pelvis"),
    "T-D6000": msg("pelvis"),
    "29836001": msg("hip"),
    "T-D2500": msg("hip"),
    "24136001": msg("hip"),
    "T-15710": msg("hip"),
    "71341001": msg("femur"),
    "T-12710": msg("femur"),
    "68367000": msg("thigh"),
    "T-D9100": msg("thigh"),
    "72696002": msg("knee"),
    "T-D9200": msg("knee"),
    "64234005": msg("patella"),
    "T-12730": msg("patella"),
    "30021000": msg("lower leg"),
    "T-D9400": msg("lower leg"),
    "61685007": msg("lower limb"),
    "T-D9000": msg("lower limb"),
    "87342007": msg("fibula"),
    "T-12750": msg("fibula"),
    "70258002": msg("ankle"),
    "T-15750": msg("ankle"),
    "80144004": msg("heel"),
    "T-12770": msg("heel"),
    "56459004": msg("foot"),
    "T-D9700": msg("foot"),
    "29707007": msg("toe"),
    "T-D9800": msg("toe"),
    "66019005": msg("extremity"),
    "T-D0300": msg("extremity"),
    "16982005": msg("shoulder"),
    "T-D2220": msg("shoulder"),
    "51299004": msg("clavicle"),
    "T-12310": msg("clavicle"),
    "79601000": msg("scapula"),
    "T-12280": msg("scapula"),
    "40983000": msg("upper arm"),
    "T-D8200": msg("upper arm"),
    "85050009": msg("upper arm"),
    "T-12410": msg("upper arm"),
    "53120007": msg("upper limb"),
    "T-D8000": msg("upper limb"),
    "16953009": msg("elbow"),
    "T-15430": msg("elbow"),
    "14975008": msg("forearm"),
    "T-D8500": msg("forearm"),
    "74670003": msg("wrist"),
    "T-15460": msg("wrist"),
    "85562004": msg("hand"),
    "T-D8700": msg("hand"),
    "7569003": msg("finger"),
    "T-D8800": msg("finger"),
    "76505004": msg("thumb"),
    "T-D8810": msg("thumb"),
    "69536005": msg("head"),
    "T-D1100": msg("head"),
    "89546000": msg("skull"),
    "T-11100": msg("skull"),
    "91397008": msg("face"),
    "T-11196": msg("face"),
    "661005": msg("jaw"),
    "T-D1213": msg("jaw"),
    "91609006": msg("jaw"),
    "T-11180": msg("jaw"),
    "70925003": msg("jaw"),
    "T-11170": msg("jaw"),
    "2095001": msg("sinuses"),
    "T-22000": msg("sinuses"),
    "45048000": msg("neck"),
    "T-D1600": msg("neck"),
    "122494005": msg("cervical spine"),
    "T-11501": msg("cervical spine"),
    "122495006": msg("thoracic spine"),
    "T-11502": msg("thoracic spine"),
    "122496007": msg("lumbar spine"),
    "T-11503": msg("lumbar spine"),
    "421060004": msg("spine"),
    "T-D04FF": msg("spine"),
    "54735007": msg("sacrum"),
    "T-11AD0": msg("sacrum"),
    "64688005": msg("coccyx"),
    "T-11BF0": msg("coccyx"),
    "76752008": msg("breast"),
    "T-04000": msg("breast"),
    "38266002": msg("whole body"),
    "T-D0010": msg("whole body"),
}

# RIB is in neither list: sites use it for chest images and for images of the bones alike.
CHEST_WORDS = frozenset(
    {"CHEST", "THORAX", "THORACIC", "LUNG", "LUNGS", "HEART", "CXR", "TORAX", "TÓRAX", "POUMON", "POUMONS", "RX_THORAX"}
)

OTHER_REGION_WORDS = {
    **dict.fromkeys(("ABDOMEN", "ABDOMINAL", "KUB", "COLON", "STOMACH", "KIDNEY", "BLADDER"), msg("abdomen")),
    **dict.fromkeys(("ABDOMENPELVIS",), msg("abdomen and pelvis")),
    **dict.fromkeys(("PELVIS", "ILIUM", "BECKEN"), msg("pelvis")),
    **dict.fromkeys(("HIP", "HIPS"), msg("hip")),
    **dict.fromkeys(("FEMUR", "THIGH"), msg("thigh")),
    **dict.fromkeys(("KNEE", "KNEES", "PATELLA"), msg("knee")),
    **dict.fromkeys(("LEG", "LEGS", "TIBIA", "FIBULA", "CALF"), msg("lower leg")),
    **dict.fromkeys(("ANKLE", "CALCANEUS", "HEEL"), msg("ankle")),
    **dict.fromkeys(("FOOT", "FEET", "TOE", "TOES"), msg("foot")),
    **dict.fromkeys(("EXTREMITY", "EXTREMITIES", "LOWEXM", "UPEXM"), msg("extremity")),
    **dict.fromkeys(("SHOULDER", "SHOULDERS", "CLAVICLE", "SCAPULA", "ACJOINT"), msg("shoulder")),
    **dict.fromkeys(("ARM", "HUMERUS", "FOREARM", "RADIUS", "ULNA"), msg("arm")),
    **dict.fromkeys(("ELBOW",), msg("elbow")),
    **dict.fromkeys(("WRIST", "SCAPHOID"), msg("wrist")),
    **dict.fromkeys(("HAND", "HANDS", "FINGER", "FINGERS", "THUMB"), msg("hand")),
    **dict.fromkeys(("HEAD", "SKULL", "BRAIN", "ORBIT", "ORBITS", "FACE", "NOSE", "SINUS", "SINUSES"), msg("head")),
    **dict.fromkeys(("TEETH", "TOOTH", "DENTAL", "JAW", "MANDIBLE", "MAXILLA", "TMJ", "PANORAMIC"), msg("jaw")),
    **dict.fromkeys(("NECK", "LARYNX"), msg("neck")),
    **dict.fromkeys(("CSPINE", "TSPINE", "LSPINE", "SSPINE", "LSSPINE", "TLSPINE", "CTSPINE", "SPINE"), msg("spine")),
    **dict.fromkeys(("SACRUM", "COCCYX", "LUMBAR", "CERVICAL", "SCOLIOSIS"), msg("spine")),
    **dict.fromkeys(("STERNUM", "SCJOINT"), msg("sternum")),
    **dict.fromkeys(("BREAST", "MAMMOGRAM", "MAMMOGRAPHY"), msg("breast")),
    **dict.fromkeys(("WHOLEBODY",), msg("whole body")),
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
