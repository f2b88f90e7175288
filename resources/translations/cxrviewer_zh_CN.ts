<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>cxrviewer</name>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source> or </source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source> · {n:,} files had changed since listed</source>
            <extracomment>for one:  · {n:,} file had changed since listed</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;AI</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;AI on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>&amp;About</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;About cxrviewer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Active viewport alone</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Angle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>&amp;Approve</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Auto</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Close all films</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Cobb angle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Command palette…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Compute the map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Dark theme</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Delete annotation</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Distance</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Edit</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;English</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;File</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Fit</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Four, two by two</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Grey</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Heat map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Help</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Invert</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Keyboard shortcuts…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Less opaque</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>&amp;Licences</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Light theme</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Measure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;More opaque</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Move film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next annotation point</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next preset</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next viewport</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;One viewport</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Open files…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Pan</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Polygon</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Previous film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Previous preset</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Quit</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Reading room theme</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Redo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>&amp;Remove</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Reset</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Search the worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Sync this viewport</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Tools</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Tube tip to carina</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Turn right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Two side by side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Undo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;View</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Window</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>&amp;Withdraw approval</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Zoom</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,0030) Patient's Birth Date cannot be read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,0030) Patient's Birth Date lies after the study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,1010) Patient's Age and (0010,0030) Patient's Birth Date contradict each other</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,1010) Patient's Age cannot be read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>(0018,5101) View Position and the laterality contradict each other: check the side.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shown.py" />
            <source>(0020,0020) Patient Orientation is missing, so no sides are marked.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>(0020,0062) Image Laterality and (0020,0060) Laterality contradict each other: check the side.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>(0028,0101) Bits Stored is {number} and cannot be right; all {allocated} bits are used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>(0028,0102) High Bit is {number} and cannot be right; the lowest bits are used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>(0028,0120) Pixel Padding Value is outside the {stored} stored bits; it is ignored.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>(0028,1050) Window Center and (0028,1051) Window Width must be finite numbers</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>(0028,1051) Window Width must be &gt; 0, got {width}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>(0028,1051) Window Width must be &gt;= 1 for LINEAR, got {width}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/modality.py" />
            <source>(0028,1052) Rescale Intercept must be finite, got {intercept}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/modality.py" />
            <source>(0028,1053) Rescale Slope must be finite and not 0, got {slope}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3002) LUT Descriptor must hold three numbers</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut.py" />
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3002) LUT Descriptor: bits per entry must be 1 to 16, got {bits}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data exceeds the {bits} bits its descriptor says</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data has {entries} entries, its descriptor says {count}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut.py" />
            <source>(0028,3006) LUT Data is empty</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data is missing</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data is not a table of numbers</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/polarity.py" />
            <source>(2050,0020) Presentation LUT Shape is no term of the standard; black and white follow (0028,0004) Photometric Interpretation.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/functional_groups.py" />
            <source>(5200,9230) Per-frame Functional Groups Sequence does not describe this frame; its window and rescale may be missing.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>A VOI LUT of this film could not be used: {error}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>A ZIP inside a ZIP is not read: unpack the outer one and open its folder.</source>
            <translation>不读取 ZIP 中的 ZIP：请先解压外层文件，再打开其文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>A copy of a film that is already in the list.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>A display shutter covers part of the image ((0018,1600)).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>A file name in the model head leaves its folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>A model head of this name is installed; remove it first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>A part of this reading was damaged and could not be restored; it was set aside in its folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>A private key must not lie in a head's folder; name another place.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/scores.py" />
            <source>A stored score is damaged; score this image again.</source>
            <translation>已保存的评分已损坏；请对此影像重新评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>A window of the header could not be used: {error}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>A window of the header would draw the whole film in one grey; it is left out.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>A worker process could not be started; close other programs.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>A worker process could not be started; start the program again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>A&amp;gree with the finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>AI is off.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>AI is off. No model runs, and nothing is scored.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <source>AI off</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <source>AI on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>AUC (95 % interval)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>AUC {value:.2f} ({low:.2f}–{high:.2f}), n {positives}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>About cxrviewer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Above threshold</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>Accept the key {found}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Add key</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Agree</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Agree with the head's call on the chosen finding; once more: undecided</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Agree: it is not present.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Agree: it is present.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>All licence &amp;texts…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Allowed are {load:g} s to load, {run:g} s per film and {mebibytes} MiB</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>An offline viewer for chest films. A small distilled network runs on this computer's processor. Findings and heat maps are for research: they must not be used for diagnosis, treatment or any decision about a patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>An unexpected error</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Annotation point &amp;before</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/stamp.py" />
            <source>Another program is writing this file; open it again when that has finished.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>Another window is writing the library at the moment; try again when it has finished.</source>
            <translation>另一个窗口正在写入影像库，请待其完成后重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Apache License 2.0; Qt under LGPL 3.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Area and pixel values of a polygon, click by click</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Area and pixel values of a rectangle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Area and pixel values of an ellipse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Arro&amp;w</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Arrow keys</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Authors</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Below threshold</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Bringing it back…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>C&amp;omment on the finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Cali&amp;brate by a known length</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Cancel</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>Cancelled; nothing of it is on this computer.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Cancelled; nothing was changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Cardiothoracic &amp;ratio</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Checking the model in a process of its own…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Choose a command to change its keys.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Choose the next finding that has a score, of any head</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Choose the point that the arrow keys move; Tab chooses the annotation</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Click “New key” and press the key.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Colours</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Colours of the heat map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Command</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <source>Commands</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Commands and their keys</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Comment</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Compute the map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>Computing the map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <location filename="../../cxrviewer/qt/region_sheet.py" />
            <source>Copy</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Copying the pack…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Cover what lies outside the film's display shutter</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>Covering the film patch by patch: {done} of {of}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>DICOM, PNG and JPEG are read; nothing is copied or sent.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Delete the selected annotation; undo brings it back</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Demo study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Di&amp;sagree with the finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Digest</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Disagree</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Disagree with the head's call on the chosen finding; once more: undecided</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Display s&amp;hutter</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Do the step that was undone again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Double click</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Drag a film here, or choose one in the worklist.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Drag from the worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw along something of known length; all lengths on this image follow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw an arrow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw the graphics stored with the film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Drop</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Drop files or folders anywhere on this window, or choose them.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>E&amp;llipse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Edit &amp;text or length…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Escape</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Every head that is on scores every film that is opened</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <source>Everything drawn in this study is saved again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Exchange left and right of the screen; the sides go along</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Explanation</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>F&amp;ilms</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Fi&amp;ndings</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>File</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>File {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <location filename="../../cxrviewer/qt/image_canvas.py" />
            <source>Film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Films</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>Films are read where they lie. They are not copied, changed or moved.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Find a command by a few letters</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Find a command or a key</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <source>Findings</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Findings and their evidence</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Fli&amp;p left to right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>For a finding without a map: compute it, or stop doing so</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Four viewports in two rows</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/overlays.py" />
            <source>Graphics of the file are drawn over the image (overlay {groups}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hea&amp;ds…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Heat map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hide identit&amp;y</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hide names, numbers, dates and file names, for a shared screen</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/region_sheet.py" />
            <source>Histogram of the region</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>I have &amp;read this and want it to run</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>ID {patient_id}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Identity hidden</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Inferno</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install a &amp;file…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install a f&amp;older…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install a model head's folder</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install model heads</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Installed {title} {version} in place of {replaced}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Installed {title} {version}. It is a program and waits for your approval.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Installed {title} {version}. {follows}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Intended use</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>It is not signed: nothing shows who made it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>It is switched off.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>It reads films from now on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/reading_room.py" />
            <source>Its file is gone, or holds no film any more.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Its findings come first, and its map is the one chosen when a film opens</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Keyboard shortcuts</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Keys</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Kind</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Lang&amp;uage</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Language of the &amp;system</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag changes width and level</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag moves the film (middle drag always does)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag on an annotation</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag zooms (right drag always does)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Let this program run?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Licence</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Licence texts</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Looking for films</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Looking for films…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Looking for model heads…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>MPEG or HEVC video</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Make &amp;default</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Make the next viewport the active one</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Make the viewport before this one the active one</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/app.py" />
            <source>Making the demo study, a phantom…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Manifest</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Mean, standard deviation, range and histogram of the selected region</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure a distance: drag, or click both ends</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure an angle: end, apex, end</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure from the tip of a tube to the carina</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure the angle between two lines, such as end plates</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure the widths of heart and chest with two calipers</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Middle drag</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Model</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Model heads</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Model heads (*.cxrhead)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Model heads: what is installed, its evidence, and installing</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Mouse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;down</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;up</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Name</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/privacy.py" />
            <source>Names, numbers, dates and file names are hidden. Text that is part of an image's pixels is not.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>Nearly all of the image is a constant border; its default window is made for the field inside.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Nearly black, for a dark room</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>New key</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Next window of the film's header</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No annotation is selected.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <source>No command has these letters.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No file was skipped.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>No film found</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No film is on the screen.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>No film matches the search.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>No films yet.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No finding has a score.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No finding with a score is chosen.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No folder was opened before.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No grey film is on the screen.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>No map for this finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>No map yet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>No map: choose a finding that has a score.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>No model</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>No model head is installed. Drop a .cxrhead file here.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>No model head of this id is installed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>No name in the file</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No region with pixel values is selected.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>No removed model head of this name is kept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_plans.py" />
            <source>No usable model head is installed; films can be viewed without one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>None above threshold. This excludes no finding.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>None of the study's files can be reached at the moment.</source>
            <translation>目前无法访问此检查的任何文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>Not a regular file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/registry.py" />
            <source>Not available now.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Not for</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Not scored: {title}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Not validated</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>Nothing came back for two minutes: the drive or the network may not answer. Try again when it does.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>Nothing is open.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>Nothing leaves this computer. The program opens no network connection, looks for no updates and reports no usage.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Nothing to open</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>O&amp;verlays</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <source>Off: no model runs at all</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>On</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>One film pixel per screen pixel</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>Only if its author has told you about the change: `{command}`.</source>
            <translation>仅当作者已告知您更换密钥时：`{command}`。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Opacity</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Opacity of the heat map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open &amp;folder…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open &amp;last folder again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Open a chest film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>Open a film to see its findings.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open an image of this patient's next older study in the next viewport</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/commands_binding.py" />
            <source>Open files</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Open files…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/commands_binding.py" />
            <source>Open folder</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Open folder…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open pr&amp;ior study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open the &amp;demo study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_actions.py" />
            <source>Open ▾</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <source>Opening the film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/qt/canvas_words.py" />
            <source>Opening the film…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Origin</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>Parts of this picture are transparent; their stored grey is shown, without the transparency.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Patient {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Positives</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Pre&amp;sets</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Preset &amp;{number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Privacy</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Program</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Putting it in place…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>R&amp;ectangle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Reading the file again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>Reading this file took more computing time than allowed: it is damaged, or too large for this viewer.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>Reading this file took more memory than allowed (900 MiB): it is damaged, or too large for this viewer.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Reading {done:,} of {total:,}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Reads</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Reason</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Red</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Region &amp;values…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Remove keys</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Removed {title}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Removing…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Replace keys</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>RescaleIntercept</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>RescaleSlope</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Research use only</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>Research use only · not a medical device</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Reset</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>Reset all</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Right click</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Right drag</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Running the program's checks in a process of its own…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Scores of version {head_version}, which was replaced by {version}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Scoring</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Scoring…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>Search name, ID, date, view…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>Search the worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>See every key, and change keys</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>Settings remember the last folder opened, nothing else about films.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show or hide the heat map of the chosen finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the active viewport alone, or all again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the findings</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the whole film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Signature</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Signed with the key {signer}, seen for the first time: compare it with what its author says.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Something went wrong that this program did not expect.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/splash.py" />
            <source>Starting</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/reading_room.py" />
            <source>Starting the model</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Starting the model…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>Stored lying on its side ({name}): shown as stored.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>Stored {how} ({name}): turned for reading, the patient's left on the right.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Study {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Take the last step back</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Te&amp;xt</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Th&amp;ree side by side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/file_set.py" />
            <source>The DICOMDIR names a folder where a file should be; it is not read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The DICOMDIR names no files; open its folder instead.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/file_set.py" />
            <source>The DICOMDIR names this file, but it is not there.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/file_set.py" />
            <source>The DICOMDIR refers to a file outside its own folder, which is not read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The Modality LUT could not be used: {error}. Stored values are shown instead.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>The VOI LUT holds {bits}-bit values, but its (0028,3002) LUT Descriptor says {bits2} bits; it is drawn with full contrast.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>The chosen finding has no map.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The compressed image holds {bits} bits, (0028,0101) Bits Stored says {stored}; all are used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The data set is written in {name}, which is not what (0002,0010) Transfer Syntax UID says; it was read as it is written.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The decoder gave no valid answer for this file, which is probably damaged. Other files are not affected.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The decoder stopped while reading this file, which is probably damaged or of a kind no program can read. Other files are not affected.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The decoder was ended from outside while reading this file, perhaps because memory ran short: try again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/app.py" />
            <source>The demo study could not be made.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/app.py" />
            <source>The demo study is a computed phantom, nobody's film.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>The disk is full, so the library could not be written. What was indexed before is kept; free some space.</source>
            <translation>磁盘已满，无法写入影像库。此前已建立的索引仍保留；请释放一些空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>The display shutter ((0018,1600)) would cover the whole image; it is not applied.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>The display shutter{known} is damaged ((0018,1600) Shutter Shape); it is not applied.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The file could not be read because of an error in this program; please report it. Details are in the log.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>The file could not be read; check that it is still there and that its disc is readable.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>The file has a bitmap display shutter, which this viewer does not apply.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The file has no DICOM preamble; it was read as a bare data set.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The file holds {frames} frames; the model reads single radiographs only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The file is DICOM but holds no picture.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The file is empty.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The file may not be read; check its access rights.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The file or folder is no longer there.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The files of a Python head are {limit} MiB together at most.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The film is shown by its {origin} instead.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The film is {columns} x {rows} pixels and this model needs at least {min_pixels}; open the original instead of a thumbnail.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The film looks like a negative of a chest film; its header's Photometric Interpretation may be wrong, so check it at the source.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>The folder holds no files. Choose another one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The folder may not be read; check its access rights.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The hanging rules cannot be used: {problem}</source>
            <translation>无法使用挂片规则：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>The head reads features of another shape than its backbone makes; ask its author.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/service.py" />
            <source>The head's density file is not usable: {error}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's density was made for other features than the model's.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's density was made for other features.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>The head's folder cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>The head's folder holds more than {max_files} files.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's test input does not have the shape of its input.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's test logits have the wrong shape.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/polarity.py" />
            <source>The header contradicts itself about black and white ({photometric} with Presentation LUT Shape {shape}); the film is shown as the shape says. Invert it if it looks like a negative.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header gives an age above 130 years</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header gives the year or month of birth only</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The header has more than {most_windows} windows; the others are left out.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The header has windows without a center or a width; they are left out.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The header is damaged in places ({shown} cannot be read); the rest of it is used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header names an animal; the model reads human chest films only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The header names an unknown VOI LUT Function; its windows are drawn as LINEAR.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header names another region ({region}); the model reads chest films only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The header of this DICOM file is far larger than that of any image, so it is not read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>The header of this file is damaged or cut short {damage}, so its image cannot be found. If that happened on the way here, fetch it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header says this is no frontal view; the model reads frontal chest films only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/protocol.py" />
            <source>The job failed for a reason this program did not expect.</source>
            <translation>任务因程序未预料到的原因失败。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/protocol.py" />
            <source>The job needed more memory than allowed.</source>
            <translation>任务所需内存超过允许的上限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>The job took longer than allowed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>The job took more processor time than allowed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key cannot be written; check the folder's rights and the disk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key file cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key file is no private key without a password; make one with `heads keygen`.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key is not an Ed25519 key; make one with `cxrviewer heads keygen`.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/language.py" />
            <source>The language changes when the program is started again.</source>
            <translation>语言将在重新启动程序后更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The last change could not be saved: the disk is full or cannot be reached. It stays on the screen.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The last changes may not be on the disk; check it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>The library was written by a newer version of this program. It is left unchanged; use that version, or let this one use another folder.</source>
            <translation>影像库由本程序的较新版本写入，现保持不变；请使用该版本，或为当前版本指定另一个文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>The library's folder cannot be read or written; check its access rights and the disk.</source>
            <translation>无法读取或写入影像库所在的文件夹；请检查其访问权限和磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>The library's index is damaged and will be built again; no image and no note is lost.</source>
            <translation>影像库的索引已损坏，将重新建立；影像和备注均不会丢失。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>The licence texts cannot be read; install the program again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>The line of known length would be too short; it stays as it was.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/record_store.py" />
            <source>The list of {name} ({file} in the heads folder) is damaged; move it away.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/record_store.py" />
            <source>The list of {name} cannot be written; check the heads folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/log.py" />
            <source>The log could not be written; check that the disk has room. The program goes on without one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/log.py" />
            <source>The log file cannot be written; the program runs without one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>The log holds no name, ID, date of birth, UID or path.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model answered with values that are no numbers.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model answered with values that are no numbers; there is no map.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model did not answer within {seconds:.3g} seconds and was stopped.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model does not fit its manifest: {problems}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>The model failed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model failed on this film: {detail}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model failed {max_failures} times in a row and stays off until the program is restarted.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model file cannot be loaded: {detail}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model file is refused: {problems}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model has been closed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model has {width} outputs, but a finding asks for number {largest} (counted from 0).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The model head '{head}' cannot be loaded: {problem}</source>
            <translation>无法加载模型“{head}”：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>The model head cannot be approved: {other}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/model_pool.py" />
            <source>The model head cannot be used: {problem}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>The model head could not be brought back; check the heads folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>The model head could not be removed; check the rights of the heads folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>The model head is back.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model head is damaged or was changed: {problems}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>The model head was changed since its digest was shown; look at it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>The model head was not installed. Nothing of it is on this computer.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The model head was not installed: {problem}</source>
            <translation>模型未安装：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>The model head {why}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model needs more memory than it is allowed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model process answered nonsense and was stopped.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model process could not be started; close other programs and try again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model process ended unexpectedly; it is started again for the next film.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's answer to its own test film differs by {worst:.2g} from the author's; do not use it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>The model's features have the wrong shape; nothing is shown for this film.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's logits have the wrong shape.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's maps have the wrong shape.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's maps hold negative values.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>The name of this file in the ZIP is too long; it is not read.</source>
            <translation>ZIP 中此文件的名称过长，不予读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/reading_room.py" />
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>The open film is no longer there</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/overlays.py" />
            <source>The overlay in group {group} is damaged or lies outside the image; it is not drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The part of this program that reads files could not be started: close other programs and try again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The patient is older than {max_age:g} years; this model was not made for that age.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The patient is younger than {min_age:g} years; this model was not made for children.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>The patient's age is uncertain: {doubt}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The picture does not look like the frontal chest films this model was trained on; read it unaided.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The picture shows next to nothing, as a blank or test exposure does, so there is nothing to score.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>The picture's EXIF data asks for a rotation; it is shown as stored.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The pixel data of this image ({label}) is cut short (the file ends too early): fetch it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The pixel data of this image ({label}) is damaged and cannot be decoded. If the file was damaged on its way here, fetch it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The pixels are {kind}, which is not what (0002,0010) Transfer Syntax UID says; they were decoded as what they are.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>The pixels of this image are not those the annotations were drawn on; check them.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The program cannot be run: {detail}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>The program was not approved and does not run.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The program was not approved: {problem}</source>
            <translation>该程序未获批准：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/paths.py" />
            <source>The program's resources folder is missing; install the program again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The reading cannot be opened for writing; check the folder's rights.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The reading cannot be read; check the disk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The reading could not be written anew; it goes on in its old file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The rescale could not be used: {error}. Stored values are shown instead.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>The selected annotation has nothing to type.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings are of a newer version of this program and stay as they are; this version starts with its defaults and does not save changes.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings could not be saved; check that the disk has room.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings file cannot be read; the program starts with its defaults.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings file is damaged; the program starts with its defaults.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings file was damaged and has been set aside as {set_aside_name}; defaults are in use.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The signature {signature_name} {what}; do not use this head.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>The window keeps working, but close and start it again before you trust what it shows. The lines below hold no patient data; please send them to whoever looks after this program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>The worker process ended during the job.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/protocol.py" />
            <source>The worker process gave an answer that is not valid.</source>
            <translation>工作进程返回了无效的结果。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>The worker process had ended before the job.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/reading_room.py" />
            <source>The worklist holds no older study of this patient with an image to compare.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>The worklist shows no film.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>There is a file of this name; a key is never overwritten.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is no map to compute for the chosen finding.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>There is not enough memory for this file; close other programs and try again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is nothing to redo.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is nothing to undo.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is only one viewport.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>This</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This DICOM file holds no image ({name}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This DICOM file holds no image.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>This DICOM file is damaged: its header cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/header.py" />
            <source>This DICOM file is damaged: its header holds values that cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>This DICOM file is damaged: its header is empty.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/directory.py" />
            <source>This DICOM file is no DICOMDIR.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/directory.py" />
            <source>This DICOMDIR is damaged: its records cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This JPEG picture is of a kind this viewer does not read ({process}): save it as PNG, or as baseline or progressive JPEG.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This ZIP file is damaged or not a ZIP: its table of contents cannot be read.</source>
            <translation>此 ZIP 文件已损坏或不是 ZIP：无法读取其目录。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This ZIP file lists more than 200,000 files, so it is not read.</source>
            <translation>此 ZIP 文件列出的文件超过 200,000 个，不予读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>This cannot be opened</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This colour image ({photometric}) is of a kind this viewer does not show.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This colour picture holds 16 bits per channel; it is shown with 8.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/inflate.py" />
            <source>This deflated file is too large to open.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file could not be read ({reason}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>This file could not be read because of an error in this program; please report it. Details are in the log.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file does not exist any more: it was deleted, moved or renamed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <source>This file has changed since it was listed; name, picture and findings are those of its present content.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This file holds no image, so there is nothing to score.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file in the ZIP is damaged: it cannot be unpacked.</source>
            <translation>ZIP 中的此文件已损坏，无法解压。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file in the ZIP is packed by a method that is not read: unpack the ZIP and open its folder.</source>
            <translation>ZIP 中的此文件采用不支持的压缩方法：请先解压，再打开其文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file in the ZIP is protected by a password: unpack the ZIP with the password and open the folder.</source>
            <translation>ZIP 中的此文件受密码保护：请用密码解压后打开文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file in the ZIP would be larger than 256 MiB when unpacked: unpack the ZIP and open its folder.</source>
            <translation>ZIP 中的此文件解压后将超过 256 MiB：请先解压，再打开其文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file in the ZIP would grow more than two hundred times when unpacked, as no image does; it is not read.</source>
            <translation>ZIP 中的此文件解压后将增大二百倍以上，任何影像都不会如此；不予读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>This file is a picture, not a DICOM file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/directory.py" />
            <source>This file is a picture, not a DICOMDIR.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file is damaged: it cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file is empty (0 bytes): copying it probably failed, fetch it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file is neither a DICOM file nor a PNG or JPEG picture.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file is no longer in the ZIP.</source>
            <translation>此文件已不在 ZIP 中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file may not be read: ask for the right to read it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>This film cannot be shown</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This film has no display shutter.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This film has no overlays.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This film has no window {number}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>This head is a Python program. It can do whatever your account can: read, change and delete films, reports and everything else, and send it over the network. No check of this viewer makes it safe. Approve it only if you wrote it, or have read it, or trust whoever gave it to you.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>This head needs another one's features, which were not given.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image ({name}) has lost its pixel data: (7FE0,0010) is missing; fetch it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image cannot be shown: (0028,0002) Samples per Pixel is {number}, and only 1 and 3 are defined.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image cannot be shown: its {photometric} is missing or of a kind this viewer does not show.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image cannot be shown: {why}. Ask the archive for it in another transfer syntax.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image contradicts itself: (0028,0004) Photometric Interpretation says that it is in colour, and (0028,0002) Samples per Pixel says 1.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image does not say how large it is: {name} is missing or 0.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image does not say whether its pixels are signed: (0028,0103) Pixel Representation is {number}, and only 0 and 1 are defined.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image has floating point pixels; this viewer shows films with 8 or 16 bits.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image has {number} bits per pixel; this viewer shows films with 8 or 16 ((0028,0100) Bits Allocated).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image has {number} x {number2} pixels ((0028,0011) Columns, (0028,0010) Rows); this viewer shows at most {value} million.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image holds fewer pixels than its header says: {length} bytes of the {value} that (0028,0010) Rows, (0028,0011) Columns and (0028,0100) Bits Allocated ask for. It is not shown.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image is damaged: its header holds values that cannot be used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image is not shown: {error}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/polarity.py" />
            <source>This image's (0028,0004) Photometric Interpretation has no grey scale.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image's colour palette is damaged, so it cannot be shown.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is a colour picture; the model reads the grey levels of radiographs only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This is a folder, not a film: open it as a folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is an {stated} film and this model reads {views} films only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/trust.py" />
            <source>This is no fingerprint of a key; it has 20 letters and digits in four groups.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This is not an ordinary file, so it is not read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This is raw detector data (FOR PROCESSING), not meant for reading; heads reject it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is raw detector data (FOR PROCESSING); the model reads images processed for reading only, so open the image FOR PRESENTATION instead.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is {name}; the model reads plain chest radiographs only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/store.py" />
            <source>This library keeps no notes.</source>
            <translation>此影像库不保存备注。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>This model head came with the program or a package and cannot be removed; switch it off instead.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>This model head is not a Python program; it needs no approval.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>This model makes no maps. One can be computed by covering the film patch by patch.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture ends early: the file is cut short. Fetch it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture file holds several pictures; the first one is shown.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture has no pixels: its header states a width or height of 0.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture holds a colour profile, which is not applied; its stored grey is shown.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture holds printing inks (CMYK); its grey is computed from them without a colour profile.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture is damaged and cannot be decoded. If there is another copy, open that one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture is too large: more than {pixels} million pixels, or more than {decoded} million bytes when decoded.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture states its own gamma, which is not applied; its stored grey is shown.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>This program is made of, besides its own code:</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>This reading is open in another window; close it there first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>This reading was saved by a newer version of this program. It is left unchanged; use that version to open it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/store.py" />
            <source>This study is no longer in the library.</source>
            <translation>此检查已不在影像库中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <source>This study is open in another window. Here its annotations can be looked at, not changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>This system's SQLite has no full-text search (FTS5), which the library needs.</source>
            <translation>本系统的 SQLite 没有影像库所需的全文搜索（FTS5）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Three viewports side by side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Threshold</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Tools</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Try again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>Try again with more time</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Turbo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn black and white round</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn l&amp;eft</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn the film anticlockwise by 90 degrees</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn the film clockwise by 90 degrees</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Two viewports side by side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <source>Type a few letters of a command</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Type the words of a text or an arrow, or the length of a calibration line, anew</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Undo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>VOI LUT</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Viewport &amp;before</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Viewport&amp;s</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Viridis</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>What is &amp;new</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <source>What you draw in this study cannot be saved: {reason}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Wheel</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>Where covering lowers the probability: {method}, {columns} × {rows} cells. No Grad-CAM, no lesion outline. Full colour: {full} less.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>Where the model looked: {method}, {columns} × {rows} cells, not a lesion outline.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Why files were skipped</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Why it cannot be used</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Why were files s&amp;kipped?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window from the film's own 1st to 99th percentile</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window {number} of the film's own</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window, inversion, turn and zoom as when the film was opened</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window, zoom, place, turn and flip follow the other viewports, and they follow it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Withdrawing…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>Without its picture a film has no findings.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>Worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Write a comment on the chosen finding</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Write on the image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Zoom &amp;in</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Zoom &amp;out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a CT image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a PET image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>a Python program, {approved}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>a decoder for this transfer syntax, which this program does not include</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>a decoder for {family}, which this program does not include</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a fluoroscopy image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a nuclear medicine image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>a pack</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a report</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a secondary capture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a treatment plan</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>abdomen</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>abdomen and pelvis</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an MR image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>an RLE segment ends early</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>an RLE segment is damaged</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an angiography image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an image of unknown origin</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an ultrasound image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>ankle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>another folder has this head's name; remove it first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>approved on this computer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>at its first element</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>at {tag}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>awaits approval</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>bad signature</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>behind {tag}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>bones</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>breast</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>came with the program</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>cancel, deselect, leave the drawing tool</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>cannot be decoded</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>cervical spine</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>child</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>clavicle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>coccyx</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>colour picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <source>colour picture, no window</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>could not be read because of an error in this program; please report it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>could not be read within the limits of memory and time; it is damaged, or was made to attack</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>could not be read, because the process that reads heads did not start; close other programs and try again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>date unknown</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>default</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>does not fit head.toml: one of the two was changed, or belongs to another head</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>does not run before you approve it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>elbow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>extremity</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>face</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>femur</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>fibula</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>file deleted or moved</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>finger</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>foot</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>forearm</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>frame 1 of {frames}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>full range</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>hand</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>head</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>head.toml cannot be used</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>head.toml: could not be read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>header window</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>heel</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>hip</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>in {tag}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>installed on this computer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>is a Python program that nobody on this computer has approved; see `cxrviewer heads approve`</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>is a Python program, which the installed program never runs; run cxrviewer from source</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>is already taken by another head</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>is damaged</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>is not a signature file of this program</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>it could not be put in place; check the heads folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>it has {segments} RLE segments, and (0028,0100) Bits Allocated and (0028,0002) Samples per Pixel ask for {value}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>it holds a Python program. A pack never does; such heads are installed as folders.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it holds an array twice, or one of another size than it says</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it is compressed in a way this program does not read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>it is not a plain file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it is not a zip file, is cut short, or has something behind its end</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it unpacks to more than {value} MiB</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>its (0002,0010) Transfer Syntax UID is none of the standard, so nothing says how its pixels are written</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its RLE segments hold more pixels than (0028,0010) Rows and (0028,0011) Columns say, so the rows would be put together wrongly</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its array must have at most {max_dimensions} dimensions, none of them empty</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream has more bits than (0028,0100) Bits Allocated says</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream has {bits} bits per sample, and (0028,0100) Bits Allocated says {allocated}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream has {samples} samples per pixel, and (0028,0002) Samples per Pixel says {header_samples}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream holds another kind of picture than the header says</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream holds {columns} x {rows} pixels, and the header says {header_columns} x {header_rows} ((0028,0011) Columns, (0028,0010) Rows)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its header is not that of an array of plain numbers</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its header is too long or cut short</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>its signature does not fit: the head was changed, or is another one</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its size does not fit the shape in its header</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>jaw</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>knee</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>lower leg</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>lower limb</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>lumbar spine</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>makes no maps</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>menu</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>mirrored</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>more than one frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>move it, or the end under the cursor</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>neck</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>no ID</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/presenters/words.py" />
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>no evidence</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>no films</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>no maps of its own; by occlusion when asked for</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>no plain radiograph</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>none above threshold</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>not a chest film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>not a frontal film</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>not a radiograph</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>not scored yet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>not scored: the model cannot be used</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>not scored: the model failed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>not scored: {title}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>not signed; it is part of the program</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>not synced</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>not usable</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>not validated</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>of the Python package {package}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>off</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>one of several viewports alone, and back</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>open an image in another viewport</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>open files and folders, install a .cxrhead</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <source>overlays off</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>pan</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>patella</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>pelvis</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>percentiles</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>raw detector data</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>sacrum</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>scale fixed by the head</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>scapula</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>scoring…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>see its own files</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>shipped</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>shoulder</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <source>shutter off</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <source>sides not marked</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>signed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>signed with the key {key} (a key not known here)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>signed with the key {key} (a known key)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>sinuses</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>skull</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>so no sides are marked and nothing is turned; check the sides at the source.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>spine</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>starting…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>stop</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>synced</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>teeth</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the components of the compressed image have different sizes</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>the compressed image does not begin like one</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image does not say how large it is</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image ends early</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image ends inside its header</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has floating point pixels</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has more scans than any encoder writes</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has no SIZ marker</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has no pixels</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has no signature</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image is not in its container</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>the drive did not answer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>the features of {id} {version}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the file is larger than the allowed {value} MiB.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the folder holds more than {value} MiB.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/fragments.py" />
            <source>the frame is missing</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>the header gives an age above 130 years</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>the id {id} belongs to a head that came with the program or a package; give the new one its own.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>the id {id} is taken by a head of other authors; remove that one first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>the model failed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/fragments.py" />
            <source>the pixel data does not begin with an item</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/fragments.py" />
            <source>the pixel data has too many fragments</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>the pixels are neither compressed nor as many as the header says</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>the table of RLE segments is damaged</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>the zip file holds more than {files} files</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the zip file holds more than {max_files} files.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the zip file is damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>the zip file is split or has a comment</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the zip file unpacks to more than {value} MiB.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>there are fewer pixels than the header says</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>there is no such file or folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>there is not enough room on the disk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>thigh</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>this is not a .npy file</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>this is not a readable .npz file</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>thoracic spine</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <source>threshold {percent}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>thumb</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>toe</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool angle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool arrow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool calibrate</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool cobb</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool ellipse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool polygon</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool ratio</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool rectangle</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool text</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>tool tube</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>uncertain age</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>unlike the films the model knows</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>unloaded while idle · the next film starts it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>unsigned</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>unsigned: nothing shows who made it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>upper arm</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>upper limb</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>upside down</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>version {version} is installed, which is newer than {version2}; remove it first, or use `cxrviewer heads install --force`.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>version {version} of {id} is installed with other content; a changed head needs a new number.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>was not read within half a minute; its drive may not answer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>whole body</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>with a comment</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>with top and bottom exchanged</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>wrist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>you agree</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>you disagree</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>zip64 files are not allowed; it is not that large</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>zoom</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>zoom at the cursor</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{clean} is in the zip file twice.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>{count} y</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>{count} · stopped</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>{doing} failed for a reason this program did not expect. Details are in the log.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>{doubt}, so the patient may be outside the ages this model was made for; correct the header, or read the image unaided.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>{head_title} does not run any more.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>{head_title} is approved, and every check passed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>{head} is known by the key {known}, but this pack is not signed. It may be somebody else's.</source>
            <translation>{head} 的已知密钥为 {known}，但此模型包未签名，可能来自他人。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>{head} is known by the key {known}, but this pack is signed with {found}. It may be somebody else's.</source>
            <translation>{head} 的已知密钥为 {known}，但此模型包由 {found} 签名，可能来自他人。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/region_sheet.py" />
            <source>{histogram} steps, the tallest with {most} pixels</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/paths.py" />
            <source>{home_variable} must be an absolute path; correct or unset it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/paths.py" />
            <source>{home_variable} names a home folder that does not exist; correct it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/values.py" />
            <source>{keyword} has other characters around its number; the number is used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/values.py" />
            <source>{keyword} holds a value that is not a number; that value is not used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} holds several values</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/spacing.py" />
            <source>{keyword} is no pair of plausible distances; it is not used for lengths.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} is not a number</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} is too large</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} is too small</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/values.py" />
            <source>{keyword} is written with a decimal comma, which is read as a decimal point.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>{key} is free.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>{key} moves through windows and presses buttons; choose another key.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>{key} runs this command already.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_sheet.py" />
            <source>{key} runs “{commands}”, which loses this key if you accept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/qt/commands_binding.py" />
            <source>{key} shows every shortcut</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/spacing.py" />
            <source>{magnification} is not plausible; lengths are not corrected by it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{manifest_name} is missing; a pack is the files of a head's folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>{manifest_name}: was changed while it was read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>{ms:.0f} ms on this computer · offline</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>{n:,} bytes</source>
            <extracomment>for one: {n:,} byte</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>{n:,} files skipped · why?</source>
            <extracomment>for one: {n} file skipped · why?</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>{n:,} files were looked at; “why?” in the list gives the reason for each.</source>
            <extracomment>for one: {n:,} file was looked at; “why?” in the list gives the reason for each.</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>{n:,} files without a film</source>
            <extracomment>for one: {n:,} file without a film</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>{n:,} films</source>
            <extracomment>for one: {n:,} film</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{n:,} packs</source>
            <extracomment>for one: {n:,} pack</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/aspect.py" />
            <source>{name} cannot be the shape of a pixel; it is not used for the shape of the image.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is a link or another special file; a pack holds plain files only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is a link; a model head holds plain files only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is a private key; move it out of the head's folder, and never hand it on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is compressed in a way this program does not read; use deflate.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is encrypted.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is larger than it says or than allowed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/sources.py" />
            <source>{name} is larger than the allowed {limit} MiB.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is larger than the allowed {value} MiB.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is missing from the model head.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/photometric.py" />
            <source>{name} is missing; the image is shown as MONOCHROME2.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/photometric.py" />
            <source>{name} is no term of the standard; the image is shown as {term}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is not a plain file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/service.py" />
            <source>{name} is not a usable .npy file: {error}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>{name} is not listed in head.toml</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>{name} is not the file head.toml describes (SHA-256 differs)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/service.py" />
            <source>{name} must be a float32 .npy file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} of the model head cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/sources.py" />
            <source>{name} of the model head holds {size:,} bytes; at most {limit:,} are allowed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/sources.py" />
            <source>{name} of the model head was changed after it had been checked; install the head again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>{name} of the model head {sentence}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} unpacks to more than {value} MiB.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{number} of {total}: </source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>{n} days</source>
            <extracomment>for one: {n} day</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{n} flagged</source>
            <extracomment>for one: {n} flagged</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{n} model heads</source>
            <extracomment>for one: {n} model head</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>{n} months</source>
            <extracomment>for one: {n} month</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/words.py" />
            <source>{n} weeks</source>
            <extracomment>for one: {n} week</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>{old} Scoring again…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>{one} or {other}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>{place}Copying the pack…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>{positives:,} of {total:,}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>{reason} Nothing is shown for this film.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{slope} and {intercept} leave no usable values</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>{tag} and (0018,5101) View Position contradict each other, {unmarked}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>{tag} contradicts itself or is damaged, {unmarked}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>{tag} is that of an animal, {unmarked}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/film.py" />
            <source>{text} stored, {value:g} after Modality LUT</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>{title} {version} is installed already; nothing was changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{total}, none refused.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{value} is not the plain name of a file: a pack holds no folders and no paths.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{version} · starting…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <source>{words} · old</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{words} · scoring…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{words} · {done} of {total} heads</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>{words}, more where this computer is slow; `cxrviewer heads install --slow` allows {load:g} s and {run:g} s.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>{words}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{wrong} of {total} were not installed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/query.py" />
            <source>“{text}” is not a status: new, opened and read are.</source>
            <translation>“{text}”不是状态；可用的状态为 new、opened 和 read。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/query.py" />
            <source>“{text}” is not understood as a date: write 2025, 2025-03, 2025-03-18 or two of them with .. between.</source>
            <translation>无法将“{text}”识别为日期：请写 2025、2025-03、2025-03-18，或以 .. 连接其中两个。</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>… and {n:,} more reasons</source>
            <extracomment>for one: … and {n:,} more reason</extracomment>
            <translation type="unfinished">
                <numerusform />
            </translation>
        </message>
    </context>
</TS>
