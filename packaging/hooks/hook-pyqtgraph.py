"""Takes what ``cxrviewer/qt/image_canvas.py`` uses of pyqtgraph: lines round a layer, tables of colour maps."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files(
    "pyqtgraph.colors",
    includes=["maps/inferno.csv", "maps/viridis.csv", "maps/cividis.csv", "maps/turbo.csv", "maps/CC0*"],
)
