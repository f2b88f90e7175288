<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>cxrviewer</name>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source> /s</source>
            <translation> 帧/秒</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source> at the detector plane</source>
            <translation>（探测器平面）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source> corrected for magnification</source>
            <translation>（已校正放大率）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source> or </source>
            <translation> 或 </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source> · {n:,} files had changed since listed</source>
            <extracomment>for one:  · {n:,} file had changed since listed</extracomment>
            <translation>
                <numerusform> · {n:,} 个文件在列出后已更改</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;1:1</source>
            <translation>&amp;1:1</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;AI</source>
            <translation>&amp;AI</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;AI on</source>
            <translation>启用 &amp;AI</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>&amp;About</source>
            <translation>关于(&amp;A)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;About cxrviewer</source>
            <translation>关于 cxrviewer(&amp;A)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Active viewport alone</source>
            <translation>仅显示当前视口(&amp;A)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Add folder…</source>
            <translation>添加文件夹(&amp;A)…</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>&amp;All opened: {n:,} images</source>
            <extracomment>for one: &amp;All opened: {n:,} image</extracomment>
            <translation>
                <numerusform>全部已打开的图像：{n:,} 幅(&amp;A)</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Angle</source>
            <translation>角度(&amp;A)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>&amp;Approve</source>
            <translation>批准(&amp;A)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Auto</source>
            <translation>自动(&amp;A)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Bones</source>
            <translation>骨骼(&amp;B)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Brighter</source>
            <translation>变亮(&amp;B)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Close all films</source>
            <translation>关闭所有图像(&amp;C)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Cobb angle</source>
            <translation>&amp;Cobb 角</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Columns…</source>
            <translation>列(&amp;C)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Command palette…</source>
            <translation>命令面板(&amp;C)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Compute the map</source>
            <translation>计算热力图(&amp;C)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>&amp;Copy</source>
            <translation>复制(&amp;C)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Dark theme</source>
            <translation>深色主题(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Darker</source>
            <translation>变暗(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>&amp;Delete</source>
            <translation>删除(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Delete annotation</source>
            <translation>删除标注(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>&amp;Different person</source>
            <translation>不是同一人(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>&amp;Discard</source>
            <translation>不保存(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Distance</source>
            <translation>距离(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>&amp;Earlier</source>
            <translation>提前(&amp;E)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;English</source>
            <translation>&amp;English</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Enhancement</source>
            <translation>增强(&amp;E)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Export a picture…</source>
            <translation>导出图片(&amp;E)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/audit_dialog.py" />
            <source>&amp;Export as CSV…</source>
            <translation>导出为 CSV(&amp;E)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>&amp;Export…</source>
            <translation>导出(&amp;E)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;First frame</source>
            <translation>第一帧(&amp;F)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Fit</source>
            <translation>适合窗口(&amp;F)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>&amp;Folder…</source>
            <translation>文件夹(&amp;F)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Four, two by two</source>
            <translation>四个视口，两行两列(&amp;F)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Grey</source>
            <translation>灰度(&amp;G)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Hang like this next time</source>
            <translation>下次按此排列挂片(&amp;H)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Heat map</source>
            <translation>热力图(&amp;H)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Help</source>
            <translation>帮助(&amp;H)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>&amp;Import…</source>
            <translation>导入(&amp;I)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>&amp;Insert</source>
            <translation>插入(&amp;I)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Invert</source>
            <translation>反相(&amp;I)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Keep</source>
            <translation>保留(&amp;K)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>&amp;Keep age, sex, size and weight</source>
            <translation>保留年龄、性别、身高和体重(&amp;K)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>&amp;Keep editing</source>
            <translation>继续编辑(&amp;K)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Keep for the next images</source>
            <translation>对后续图像保持(&amp;K)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Key image</source>
            <translation>关键图像(&amp;K)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Keyboard shortcuts…</source>
            <translation>键盘快捷键(&amp;K)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>&amp;Later</source>
            <translation>推后(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Less opaque</source>
            <translation>降低不透明度(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>&amp;Licences</source>
            <translation>许可证(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Light theme</source>
            <translation>浅色主题(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Local contrast</source>
            <translation>局部对比度(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Loop</source>
            <translation>循环(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Lungs</source>
            <translation>肺(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Measure</source>
            <translation>测量(&amp;M)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Mediastinum</source>
            <translation>纵隔(&amp;M)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;More opaque</source>
            <translation>提高不透明度(&amp;M)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>&amp;Move dates instead of removing them</source>
            <translation>平移日期而不是删除(&amp;M)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Move film</source>
            <translation>移动图像(&amp;M)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>&amp;Name the patient</source>
            <translation>写明患者(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Narrower window</source>
            <translation>减小窗宽(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>&amp;New</source>
            <translation>新建(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next annotation point</source>
            <translation>下一个标注点(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next film</source>
            <translation>下一幅图像(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next finding</source>
            <translation>下一个征象(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next frame</source>
            <translation>下一帧(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next preset</source>
            <translation>下一个预设窗(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Next viewport</source>
            <translation>下一个视口(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;One viewport</source>
            <translation>单个视口(&amp;O)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Open</source>
            <translation>打开(&amp;O)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Open files…</source>
            <translation>打开文件(&amp;O)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>&amp;Open the study</source>
            <translation>打开该检查(&amp;O)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Pan</source>
            <translation>平移(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Play or pause</source>
            <translation>播放或暂停(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Polygon</source>
            <translation>多边形(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Previous film</source>
            <translation>上一幅图像(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Previous preset</source>
            <translation>上一个预设窗(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Reading room theme</source>
            <translation>阅片室主题(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Redo</source>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>&amp;Remove</source>
            <translation>移除(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>&amp;Rename</source>
            <translation>重命名(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Report…</source>
            <translation>报告(&amp;R)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Reset</source>
            <translation>重置(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>&amp;Same person</source>
            <translation>同一人(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>&amp;Save</source>
            <translation>保存(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>&amp;Save…</source>
            <translation>保存(&amp;S)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Scan again</source>
            <translation>重新扫描(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Search the worklist</source>
            <translation>搜索工作列表(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Sharpen</source>
            <translation>锐化(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Snap to ends</source>
            <translation>吸附到端点(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Sort by</source>
            <translation>排序依据(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Stop</source>
            <translation>停止(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Sync this viewport</source>
            <translation>同步此视口(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Templates of reports…</source>
            <translation>报告模板(&amp;T)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>&amp;Templates…</source>
            <translation>模板(&amp;T)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Test pattern…</source>
            <translation>测试图(&amp;T)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Timeline of the patient</source>
            <translation>患者时间线(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Tools</source>
            <translation>工具(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Tube tip to carina</source>
            <translation>导管尖端至隆突(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Turn right</source>
            <translation>向右旋转(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Two side by side</source>
            <translation>两个视口并排(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>&amp;Undo</source>
            <translation>撤销(&amp;U)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/charset_dialog.py" />
            <source>&amp;Use</source>
            <translation>使用(&amp;U)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;VOI LUT</source>
            <translation>&amp;VOI LUT</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>&amp;Watch for new files</source>
            <translation>监视新文件(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Wider window</source>
            <translation>加大窗宽(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Window</source>
            <translation>窗宽/窗位(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Window from a region</source>
            <translation>由区域设定窗口(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>&amp;Withdraw approval</source>
            <translation>撤回批准(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Worklist</source>
            <translation>工作列表(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>&amp;Zoom</source>
            <translation>缩放(&amp;Z)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>(0002,0010) Transfer Syntax UID is none of the standard, so it is not copied.</source>
            <translation>(0002,0010) Transfer Syntax UID 不属于标准，因此未复制。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,0030) Patient's Birth Date cannot be read</source>
            <translation>无法读取 (0010,0030) Patient's Birth Date</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,0030) Patient's Birth Date lies after the study</source>
            <translation>(0010,0030) Patient's Birth Date 晚于检查日期</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,1010) Patient's Age and (0010,0030) Patient's Birth Date contradict each other</source>
            <translation>(0010,1010) Patient's Age 与 (0010,0030) Patient's Birth Date 相互矛盾</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>(0010,1010) Patient's Age cannot be read</source>
            <translation>无法读取 (0010,1010) Patient's Age</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>(0018,5101) View Position and the laterality contradict each other: check the side.</source>
            <translation>(0018,5101) View Position 与侧别相互矛盾：请核对左右。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shown.py" />
            <source>(0020,0020) Patient Orientation is missing, so no sides are marked.</source>
            <translation>缺少 (0020,0020) Patient Orientation，因此未标出左右。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>(0020,0062) Image Laterality and (0020,0060) Laterality contradict each other: check the side.</source>
            <translation>(0020,0062) Image Laterality 与 (0020,0060) Laterality 相互矛盾：请核对左右。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>(0028,0101) Bits Stored is {number} and cannot be right; all {allocated} bits are used.</source>
            <translation>(0028,0101) Bits Stored 为 {number}，不可能正确；已使用全部 {allocated} 位。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>(0028,0102) High Bit is {number} and cannot be right; the lowest bits are used.</source>
            <translation>(0028,0102) High Bit 为 {number}，不可能正确；已使用最低位。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>(0028,0120) Pixel Padding Value is outside the {stored} stored bits; it is ignored.</source>
            <translation>(0028,0120) Pixel Padding Value 超出 {stored} 个存储位；已忽略。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>(0028,1050) Window Center and (0028,1051) Window Width must be finite numbers</source>
            <translation>(0028,1050) Window Center 和 (0028,1051) Window Width 必须是有限数</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>(0028,1051) Window Width must be &gt; 0, got {width}</source>
            <translation>(0028,1051) Window Width 必须大于 0，实际为 {width}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>(0028,1051) Window Width must be &gt;= 1 for LINEAR, got {width}</source>
            <translation>LINEAR 的 (0028,1051) Window Width 必须不小于 1，实际为 {width}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/modality.py" />
            <source>(0028,1052) Rescale Intercept must be finite, got {intercept}</source>
            <translation>(0028,1052) Rescale Intercept 必须是有限数，实际为 {intercept}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/modality.py" />
            <source>(0028,1053) Rescale Slope must be finite and not 0, got {slope}</source>
            <translation>(0028,1053) Rescale Slope 必须是非零有限数，实际为 {slope}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3002) LUT Descriptor must hold three numbers</source>
            <translation>(0028,3002) LUT Descriptor 必须包含三个数值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut.py" />
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3002) LUT Descriptor: bits per entry must be 1 to 16, got {bits}</source>
            <translation>(0028,3002) LUT Descriptor：每项位数必须为 1 至 16，实际为 {bits}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data exceeds the {bits} bits its descriptor says</source>
            <translation>(0028,3006) LUT Data 超出其描述的 {bits} 位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data has {entries} entries, its descriptor says {count}</source>
            <translation>(0028,3006) LUT Data 有 {entries} 项，而其描述为 {count} 项</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut.py" />
            <source>(0028,3006) LUT Data is empty</source>
            <translation>(0028,3006) LUT Data 为空</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data is missing</source>
            <translation>缺少 (0028,3006) LUT Data</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>(0028,3006) LUT Data is not a table of numbers</source>
            <translation>(0028,3006) LUT Data 不是数值表</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/polarity.py" />
            <source>(2050,0020) Presentation LUT Shape is no term of the standard; black and white follow (0028,0004) Photometric Interpretation.</source>
            <translation>(2050,0020) Presentation LUT Shape 不是标准中的取值；黑白按 (0028,0004) Photometric Interpretation 确定。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/functional_groups.py" />
            <source>(5200,9230) Per-frame Functional Groups Sequence does not describe this frame; its window and rescale may be missing.</source>
            <translation>(5200,9230) Per-frame Functional Groups Sequence 未描述此帧；其窗宽窗位和重标定可能缺失。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/region.py" />
            <source>(no unit)</source>
            <translation>（无单位）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <location filename="../../cxrviewer/reports/fields.py" />
            <source>, </source>
            <comment>between items</comment>
            <translation>、</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>, calibrated</source>
            <translation>（已校准）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>, not calibrated</source>
            <translation>（未校准）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>, proposed: check it</source>
            <translation>（自动建议，请核对）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>, user-calibrated</source>
            <translation>（用户校准）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>95 % interval</source>
            <translation>95% 区间</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <location filename="../../cxrviewer/reports/report.py" />
            <source>95 % interval {interval} %</source>
            <translation>95% 区间 {interval} %</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>95 % interval {interval} %: the share of images with this score that have the finding, as well as the calibration images tell it; not the chance that the model is right about this patient.</source>
            <translation>95% 区间 {interval} %：根据校准图像，得到这一评分的图像中存在该征象的比例所在的范围；并非模型对该患者判断正确的概率。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>95 % interval: the share of images with this score that have the finding, as well as the calibration images tell it; not the chance that the model is right about this patient.</source>
            <translation>95% 区间：根据校准图像，得到这一评分的图像中存在该征象的比例所在的范围；并非模型对该患者判断正确的概率。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>; </source>
            <comment>between places</comment>
            <translation>；</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>A VOI LUT of this film could not be used: {error}.</source>
            <translation>此图像的一个 VOI LUT 无法使用：{error}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>A ZIP inside a ZIP is not read: unpack the outer one and open its folder.</source>
            <translation>不读取 ZIP 中的 ZIP：请先解压外层文件，再打开其文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>A change is named only where the 95 % interval of the difference leaves out 0. The interval knows the calibration of the head only: another exposure or position can change a score by more. No change shown does not mean that nothing has changed.</source>
            <translation>仅当差值的 95% 区间不包含 0 时才标出变化。该区间只反映模型的校准：曝光或体位不同，评分的变化可能更大。“未显示变化”并不表示没有变化。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>A copy of a film that is already in the list.</source>
            <translation>列表中已有图像的副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>A display shutter covers part of the image ((0018,1600)).</source>
            <translation>显示遮罩覆盖了图像的一部分（(0018,1600)）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>A file name in the model head leaves its folder.</source>
            <translation>模型中的某个文件名指向其文件夹之外。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>A file of this name is there already. Replace it?</source>
            <translation>已有同名文件。要替换吗？</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>A file with this name cannot exist on every system; choose another one.</source>
            <translation>并非所有系统都允许此文件名；请另选名称。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>A folder does not answer. What is known of it stays listed, as offline. Check its connection, then resume the scan.</source>
            <translation>有一个文件夹没有响应。已知的内容仍列出，标为离线。请检查连接，然后继续扫描。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>A folder is chosen</source>
            <translation>已选择文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>A line whose fields are all empty is left out.</source>
            <translation>所有字段均为空的行会被省略。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>A model head of this name is installed; remove it first.</source>
            <translation>已安装同名模型；请先将其移除。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>A name begins with a letter or digit; after it also blanks, hyphens and underscores.</source>
            <translation>名称以字母或数字开头；其后还可使用空格、连字符和下划线。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>A name has 1 to {most} characters.</source>
            <translation>名称须为 1 至 {most} 个字符。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>A name has at most {limit} characters; this one has {n}.</source>
            <translation>名称最多 {limit} 个字符；此名称有 {n} 个。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>A part of this reading was damaged and could not be restored; it was set aside in its folder.</source>
            <translation>此阅片记录的一部分已损坏，无法恢复；已在其文件夹中另存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>A private key must not lie in a head's folder; name another place.</source>
            <translation>私钥不得放在模型文件夹中；请指定其他位置。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/scores.py" />
            <source>A stored score is damaged; score this image again.</source>
            <translation>已保存的评分已损坏；请对此影像重新评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <source>A study of {date} may be of the same person. Is it?</source>
            <translation>{date} 的一次检查可能属于同一患者。是同一人吗？</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>A study without findings above their thresholds may still show disease.</source>
            <translation>没有超过阈值的征象，并不能排除疾病。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>A template has at most {limit:,} characters; this one has {n:,}.</source>
            <translation>模板最多 {limit:,} 个字符；此模板有 {n:,} 个。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>A template needs a name.</source>
            <translation>模板需要名称。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>A window of the header could not be used: {error}.</source>
            <translation>文件头中的一个窗无法使用：{error}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>A window of the header would draw the whole film in one grey; it is left out.</source>
            <translation>文件头中的一个窗会使整幅图像呈同一灰度；已忽略。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>A worker process could not be started; close other programs.</source>
            <translation>无法启动工作进程；请关闭其他程序。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>A worker process could not be started; start the program again.</source>
            <translation>无法启动工作进程；请重新启动程序。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>A&amp;I scores</source>
            <translation>AI 评分(&amp;I)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>A&amp;gree with the finding</source>
            <translation>同意该征象(&amp;G)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>A&amp;udit…</source>
            <translation>审核(&amp;U)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>AI findings</source>
            <translation>AI 征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>AI is off.</source>
            <translation>AI 已关闭。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>AI is off. No model runs, and nothing is scored.</source>
            <translation>AI 已关闭。不运行任何模型，也不评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <source>AI off</source>
            <translation>AI 已关闭</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <source>AI on</source>
            <translation>AI 已启用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>AUC (95 % interval)</source>
            <translation>AUC（95 % 区间）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>AUC {value:.2f} ({low:.2f}–{high:.2f})</source>
            <translation>AUC {value:.2f}（{low:.2f}–{high:.2f}）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>AUC {value:.2f} ({low:.2f}–{high:.2f}), {positives} positive</source>
            <translation>AUC {value:.2f}（{low:.2f}–{high:.2f}），阳性 {positives} 例</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>About cxrviewer</source>
            <translation>关于 cxrviewer</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Above threshold</source>
            <translation>高于阈值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>Accept the key {found}</source>
            <translation>接受密钥 {found}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Accession</source>
            <translation>检查号</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>Accession number</source>
            <translation>检查号</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Add &amp;ZIP or DICOMDIR…</source>
            <translation>添加 ZIP 或 DICOMDIR(&amp;Z)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Add a folder, a disc or a ZIP file. Its images stay where they are; nothing is copied.</source>
            <translation>请添加文件夹、光盘或 ZIP 文件。图像保留在原处，不会复制。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Add files</source>
            <translation>添加文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Add folder</source>
            <translation>添加文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Add key</source>
            <translation>添加按键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>Add missing rules of the pro&amp;gram</source>
            <translation>补回程序自带的规则(&amp;G)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Adding the folder</source>
            <translation>添加文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>Against the prior of {date}, in percentage points.</source>
            <translation>与 {date} 的既往检查相比，单位为百分点。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>Against the prior, in percentage points.</source>
            <translation>与既往检查相比，单位为百分点。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>Age and sex</source>
            <translation>年龄和性别</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Agree</source>
            <translation>同意</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Agree with the head's call on the chosen finding; once more: undecided</source>
            <translation>同意模型对所选征象的判断；再按一次恢复为未定</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Agree: it is not present.</source>
            <translation>同意：不存在。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Agree: it is present.</source>
            <translation>同意：存在。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Agreement</source>
            <translation>一致性</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/open_beside.py" />
            <source>All further windows are open already.</source>
            <translation>附加窗口已全部打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>All licence &amp;texts…</source>
            <translation>全部许可证文本(&amp;T)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>All rules of the program are in the list.</source>
            <translation>程序自带的规则均已在列表中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/opened_paths.py" />
            <source>All was closed, or something else opened, before this was. Nothing of it was opened; open it again.</source>
            <translation>在打开之前，已全部关闭或打开了其他内容；其中的内容没有打开，请重新打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Allowed are {load:g} s to load, {run:g} s per film and {mebibytes} MiB</source>
            <translation>允许的上限为加载 {load:g} 秒、每幅图像 {run:g} 秒、{mebibytes} MiB</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Also ethnic group, smoking and pregnancy status; an age above 89 becomes 90.</source>
            <translation>也保留族群、吸烟和妊娠状态；89 岁以上的年龄记为 90。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/opened_paths.py" />
            <source>An empty path was given; nothing was opened for it.</source>
            <translation>给出了一个空路径；没有为它打开任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>An impression has at most {limit:,} characters; the rest was cut off.</source>
            <translation>印象最多 {limit:,} 个字符；其余部分已截去。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>An offline viewer for chest films. A small distilled network runs on this computer's processor. Findings and heat maps are for research: they must not be used for diagnosis, treatment or any decision about a patient.</source>
            <translation>离线胸片阅片软件。一个小型蒸馏网络在本机处理器上运行。征象和热力图仅供研究使用：不得用于诊断、治疗或任何有关患者的决策。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/priors_beside.py" />
            <source>An older image has left the screen: you decided that it is of another person.</source>
            <translation>一幅较早的图像已从屏幕移除：您已判定它属于另一个人。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>An older study may be of the same person. Is it?</source>
            <translation>有一项既往检查可能属于同一人。是同一人吗？</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <source>An older study of {date} may be of the same person. Is it?</source>
            <translation>{date} 的既往检查可能属于同一人。是同一人吗？</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>An unexpected error</source>
            <translation>意外错误</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Annotation point &amp;before</source>
            <translation>上一个标注点(&amp;B)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>Another file of this study cannot be shown.</source>
            <translation>此检查的另一个文件无法显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Another image in the list or library has the same SOP Instance UID and other content. Check which of them this is.</source>
            <translation>列表或影像库中另一幅图像使用相同的 SOP Instance UID，但内容不同。请核对当前显示的是哪一幅。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Another patient, with another name or birth date, has the same ID. Check who this is.</source>
            <translation>另一位姓名或出生日期不同的患者使用相同的 ID。请核对患者身份。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_stores.py" />
            <source>Another program holds the library. It is opened as soon as that program lets go of it. If nothing happens, close other windows of this program, and any backup or database program that has the library’s files open.</source>
            <translation>另一个程序占用了影像库。该程序一释放，影像库就会自动打开。如果一直没有打开，请关闭本程序的其他窗口，以及打开了影像库文件的备份程序或数据库程序。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_stores.py" />
            <source>Another program is writing the library; waiting for it.</source>
            <translation>另一个程序正在写入影像库；正在等待。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/stamp.py" />
            <source>Another program is writing this file; open it again when that has finished.</source>
            <translation>另一个程序正在写入此文件；请在其完成后重新打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Another program or window has changed the rules meanwhile; they were read again, and your change was not kept.</source>
            <translation>其他程序或窗口已更改这些规则；已重新读取，您的更改未保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Another rule has this name.</source>
            <translation>已有其他规则使用此名称。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Another window is scoring the library. When it has ended, or is stopped there, what is left can be scored here.</source>
            <translation>另一个窗口正在为资料库评分。待其结束或在那里停止后，可在此为剩余图像评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Another window is scoring the library; its scores appear here too.</source>
            <translation>另一个窗口正在为资料库评分；其评分也会显示在此处。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>Another window is writing the library at the moment; try again when it has finished.</source>
            <translation>另一个窗口正在写入影像库，请待其完成后重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Any image beside its prior</source>
            <translation>任意图像与其既往图像并排</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Apache License 2.0; Qt under LGPL 3.</source>
            <translation>Apache License 2.0；Qt 采用 LGPL 3。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Arabic</source>
            <translation>阿拉伯文</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Arabic (Windows 1256)</source>
            <translation>阿拉伯文（Windows 1256）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/region_dialog.py" />
            <source>Area</source>
            <translation>面积</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Area and pixel values of a polygon, click by click</source>
            <translation>逐点单击测量多边形的面积和像素值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Area and pixel values of a rectangle</source>
            <translation>矩形的面积和像素值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Area and pixel values of an ellipse</source>
            <translation>椭圆的面积和像素值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Arrange this study and its priors by the hanging rules</source>
            <translation>按挂片规则排列此检查及其既往检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Arro&amp;w</source>
            <translation>箭头(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Arrow keys</source>
            <translation>方向键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_charsets.py" />
            <source>As in the file</source>
            <translation>按文件中的设置</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>As it stands it cannot be saved: {why}</source>
            <translation>按现在的内容无法保存：{why}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Ascending</source>
            <translation>升序</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>Ask again &amp;later</source>
            <translation>以后再问(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Atelectasis</source>
            <translation>肺不张</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Authors</source>
            <translation>作者</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/windowing.py" />
            <source>Auto</source>
            <translation>自动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Backspace while drawing</source>
            <translation>绘制时按 Backspace</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Baltic (Windows 1257)</source>
            <translation>波罗的海语言（Windows 1257）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Begin anew after the last frame</source>
            <translation>最后一帧之后从头开始</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Below threshold</source>
            <translation>低于阈值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Blin&amp;k between the images</source>
            <translation>在图像间闪烁切换(&amp;K)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/open_beside.py" />
            <source>Blinking: the same key shows the other image, a double click all of them again.</source>
            <translation>闪烁对比：再按同一个键显示另一幅图像，双击恢复显示全部图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/windowing.py" />
            <source>Bones</source>
            <translation>骨骼</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>Born</source>
            <translation>出生日期</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Bringing it back…</source>
            <translation>正在恢复…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>By the same number of days for all images of a patient in these copies; times of day stay.</source>
            <translation>在这些副本中，同一患者的所有图像平移相同天数；时刻保持不变。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>C&amp;alibrate screen size…</source>
            <translation>校准屏幕尺寸(&amp;A)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>C&amp;omment on the finding</source>
            <translation>为征象添加备注(&amp;O)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Cali&amp;brate by a known length</source>
            <translation>按已知长度校准(&amp;B)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>Cancelled; nothing of it is on this computer.</source>
            <translation>已取消；本机未留下任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Cancelled; nothing was changed.</source>
            <translation>已取消；未作任何更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Cardiomegaly</source>
            <translation>心影增大</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Cardiothoracic &amp;ratio</source>
            <translation>心胸比(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Cardiothoracic ratio {ratio:.2f}{doubt}
heart {heart}, chest {chest}{basis}</source>
            <translation>心胸比 {ratio:.2f}{doubt}
心脏 {heart}，胸廓 {chest}{basis}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Central Europe (Windows 1250)</source>
            <translation>中欧（Windows 1250）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>Change</source>
            <translation>变化</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Changed</source>
            <translation>更改时间</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Changing the character set</source>
            <translation>更改字符集</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Changing the rules</source>
            <translation>更改规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/charset_dialog.py" />
            <source>Character set</source>
            <translation>字符集</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Character set…</source>
            <translation>字符集…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Checking the file…</source>
            <translation>正在检查文件…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Checking the model in a process of its own…</source>
            <translation>正在独立进程中检查模型…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Chinese (Big5)</source>
            <translation>中文（Big5）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Chinese (GB18030)</source>
            <translation>中文（GB18030）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Chinese (GBK)</source>
            <translation>中文（GBK）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Choose a command to change its keys.</source>
            <translation>选择一个命令以更改其按键。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/timeline_strip.py" />
            <source>Choose the findings whose scores are drawn</source>
            <translation>选择要绘制评分的征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Choose the next finding that has a score, of any head</source>
            <translation>选择任一模型的下一个有评分的征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Choose the point that the arrow keys move; Tab chooses the annotation</source>
            <translation>选择方向键所移动的点；Tab 键选择标注</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/charset_dialog.py" />
            <source>Choose the row in which the name reads right. Only how this program reads the text of the study changes, and of the patient's others with the name written alike; nothing is written into their files, and “As in the file” takes it back.</source>
            <translation>请选择姓名显示正确的一行。只改变本程序读取该检查以及该患者姓名写法相同的其他检查的文字的方式，不会写入这些文件；选择“按文件中的设置”即可恢复。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Cividis</source>
            <translation>Cividis</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click one corner, or drag</source>
            <translation>单击一个角，或拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click one end of something of known length, or drag</source>
            <translation>单击已知长度物体的一端，或拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click one end, or drag along the distance</source>
            <translation>单击一端，或沿距离拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click or drag across the chest: inner wall on the patient's right</source>
            <translation>单击或横跨胸廓拖动：患者右侧胸壁内缘</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click or drag across the heart: border on the patient's right</source>
            <translation>单击或横跨心脏拖动：患者右侧心缘</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click or drag along the lower end plate: first end</source>
            <translation>单击或沿下终板拖动：第一端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click or drag along the upper end plate: first end</source>
            <translation>单击或沿上终板拖动：第一端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the apex</source>
            <translation>单击顶点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the carina</source>
            <translation>单击隆突</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the end of the first side</source>
            <translation>单击第一条边的端点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the end of the second side</source>
            <translation>单击第二条边的端点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the first corner</source>
            <translation>单击第一个顶点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the heart's border on the patient's left</source>
            <translation>单击患者左侧心缘</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the inner chest wall on the patient's left</source>
            <translation>单击患者左侧胸壁内缘</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the next corner</source>
            <translation>单击下一个顶点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the next corner; Enter or the first corner closes, Backspace takes one back</source>
            <translation>单击下一个顶点；按 Enter 或单击第一个顶点闭合，按 Backspace 退回一点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the opposite corner</source>
            <translation>单击对角</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the other end</source>
            <translation>单击另一端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the second end of the lower end plate</source>
            <translation>单击下终板的另一端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the second end of the upper end plate</source>
            <translation>单击上终板的另一端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the tip</source>
            <translation>单击箭头尖端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click the tip of the tube</source>
            <translation>单击导管尖端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Click where the text begins</source>
            <translation>单击文字起始处</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Click “New key” and press the key.</source>
            <translation>单击“新按键”，然后按下按键。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/timeline_strip.py" />
            <source>Click: open beside the current film. Double click: open in its place.</source>
            <translation>单击：在当前图像旁打开。双击：在当前位置打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Close all f&amp;urther windows</source>
            <translation>关闭所有附加窗口(&amp;U)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Close them; what they show comes back with them</source>
            <translation>关闭附加窗口；再次打开时恢复其中内容</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Cobb {angle}</source>
            <translation>Cobb 角 {angle}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Colours</source>
            <translation>颜色</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Colours of the heat map</source>
            <translation>热力图的颜色</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Command</source>
            <translation>命令</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <source>Commands</source>
            <translation>命令</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Commands and their keys</source>
            <translation>命令及其按键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Comment</source>
            <translation>备注</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>Comparing images</source>
            <translation>比较图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>Comparing…</source>
            <translation>正在比较…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Compute the map</source>
            <translation>计算热力图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>Computing the map</source>
            <translation>计算热力图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Contents</source>
            <translation>内容</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <location filename="../../cxrviewer/qt/region_dialog.py" />
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Copy &amp;first</source>
            <translation>先复制(&amp;F)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Copy images without names, numbers and dates in the header</source>
            <translation>复制图像，文件头中不含姓名、编号和日期</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>Copying</source>
            <translation>复制</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>Copying the disc</source>
            <translation>复制光盘</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/media.py" />
            <source>Copying the disc needs {needed:,.0f} MB and {free:,.0f} MB are free. Free some space, or open the disc without copying it.</source>
            <translation>复制光盘需要 {needed:,.0f} MB，可用空间为 {free:,.0f} MB。请释放一些空间，或不复制而直接打开光盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Copying the pack…</source>
            <translation>正在复制模型包…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>Copying {done:,} of {total:,} MB</source>
            <translation>正在复制 {done:,} / {total:,} MB</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Count your decisions about findings on this computer; nothing is sent</source>
            <translation>统计您在本机对征象的判断；不发送任何内容</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Counting the decisions</source>
            <translation>统计判断</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Counting the decisions…</source>
            <translation>正在统计判断…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Cover what lies outside the film's display shutter</source>
            <translation>遮盖图像显示遮罩之外的部分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>Covering the film patch by patch: {done} of {of}.</source>
            <translation>正在逐块遮挡图像：{done}/{of}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Ctrl and wheel</source>
            <translation>Ctrl 加滚轮</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Cyrillic</source>
            <translation>西里尔文</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Cyrillic (KOI8-R)</source>
            <translation>西里尔文（KOI8-R）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Cyrillic (Windows 1251)</source>
            <translation>西里尔文（Windows 1251）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>DICOM header</source>
            <translation>DICOM 文件头</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>DICOM, PNG and JPEG are read; nothing is copied or sent.</source>
            <translation>可读取 DICOM、PNG 和 JPEG；不复制也不发送任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>De-&amp;identified copies…</source>
            <translation>去标识化副本(&amp;I)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>De-identified copies</source>
            <translation>去标识化副本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Decided</source>
            <translation>已判断</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/audit_dialog.py" />
            <source>Decisions by finding</source>
            <translation>按征象统计的判断</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Delete kept thumb&amp;nails</source>
            <translation>删除保存的缩略图(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Delete the selected annotation; undo brings it back</source>
            <translation>删除所选标注；撤销可恢复</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Delete the small pictures that this program keeps between runs; they are made again when needed</source>
            <translation>删除本程序在两次运行之间保存的小图；需要时会重新生成</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Delete {n} copies of discs from this computer? Their images can then be opened only from the discs themselves.</source>
            <translation>从此计算机删除 {n} 个光盘副本？之后只能从光盘本身打开其中的图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Delete “{copy}” from this computer? Its images can then be opened only from the disc itself.</source>
            <translation>从此计算机删除“{copy}”？之后只能从光盘本身打开其中的图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Deleting the template</source>
            <translation>删除模板</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/thumbnail_source.py" />
            <source>Deleting the thumbnails</source>
            <translation>删除缩略图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Demo study</source>
            <translation>演示检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Descending</source>
            <translation>降序</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Description</source>
            <translation>描述</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Details</source>
            <translation>详细信息</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Di&amp;sagree with the finding</source>
            <translation>不同意该征象(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Diaphragmatic hernia</source>
            <translation>膈疝</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>Difference</source>
            <translation>差异</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Difference of each finding's score between this image and the one in the next viewport</source>
            <translation>此图像与下一视口图像之间每个征象的评分差异</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Digest</source>
            <translation>摘要</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Disagree</source>
            <translation>不同意</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Disagree with the head's call on the chosen finding; once more: undecided</source>
            <translation>不同意模型对所选征象的判断；再按一次恢复为未定</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Display s&amp;hutter</source>
            <translation>显示遮罩(&amp;H)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>Distance</source>
            <translation>距离</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Do the step that was undone again</source>
            <translation>重新执行已撤销的步骤</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>Done again on another film or frame of this study.</source>
            <translation>已重做本检查中另一幅图像或另一帧上的操作。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Double click</source>
            <translation>双击</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Drag a film here, or choose one in the worklist.</source>
            <translation>将图像拖到此处，或在工作列表中选择。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Drag from the tail to the tip</source>
            <translation>从箭尾拖到箭头</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Drag from the worklist</source>
            <translation>从工作列表拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/image_canvas.py" />
            <source>Drag over what the window is made for</source>
            <translation>拖动框选用于设定窗口的区域</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Drag with the left button for the window, with the middle one to move; the wheel zooms. The keys 2, 3 and 4 show lungs, mediastinum and bones.</source>
            <translation>左键拖动调整窗宽窗位，中键拖动移动图像，滚轮缩放。按键 2、3、4 分别显示肺、纵隔和骨骼。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw a rectangle: the window spans its 2nd to 98th percentile; Enter takes the middle of the view</source>
            <translation>画一个矩形：窗口取其像素值的第 2 至第 98 百分位；按回车键取视图中部</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw along something of known length; all lengths on this image follow</source>
            <translation>沿已知长度的物体画线；此图像上的所有长度随之校准</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw an arrow</source>
            <translation>绘制箭头</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw small structures stronger (unsharp mask); the model and measurements do not see it</source>
            <translation>突出显示细小结构（非锐化掩模）；模型和测量不受影响</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw the graphics stored with the film</source>
            <translation>绘制随图像存储的图形</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Draw with the image's VOI LUT, or with the window closest to it</source>
            <translation>使用图像的 VOI LUT 显示，或使用与之最接近的窗口</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Drop</source>
            <translation>拖放</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Drop files or folders anywhere on this window, or choose them.</source>
            <translation>将文件或文件夹拖放到此窗口的任意位置，或进行选择。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>E&amp;llipse</source>
            <translation>椭圆(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/enhance.py" />
            <source>ENHANCED: local contrast</source>
            <translation>已增强：局部对比度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/enhance.py" />
            <source>ENHANCED: sharpened</source>
            <translation>已增强：锐化</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Edit &amp;text or length…</source>
            <translation>编辑文字或长度(&amp;T)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Edit the texts that can be inserted into a report</source>
            <translation>编辑可插入报告的文本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>Elements of the header</source>
            <translation>文件头的元素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Ends of distances and calipers go to an end that is there already; Shift keeps them level</source>
            <translation>距离和卡尺的端点吸附到已有端点；按住 Shift 保持水平或垂直</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Enhance the images that are opened next as well; otherwise each opens as it is</source>
            <translation>之后打开的图像也进行增强；否则每幅图像按原样打开</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Enlarged cardiac silhouette (CTR at least 0.5)</source>
            <translation>心影增大（心胸比不小于 0.5）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Enter</source>
            <comment>key</comment>
            <translation>Enter 键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Escape</source>
            <translation>Esc 键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Even out the contrast everywhere (CLAHE); the model and measurements do not see it</source>
            <translation>均衡各处的对比度（CLAHE）；模型和测量不受影响</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Every head that is on scores every film that is opened</source>
            <translation>每个启用的模型都会对打开的每幅图像评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <source>Everything drawn in this study is saved again.</source>
            <translation>此检查中的所有标注已重新保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>Example</source>
            <translation>示例</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Exchange left and right of the screen; the sides go along</source>
            <translation>交换屏幕左右；左右标记随之改变</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Expected cd/m²</source>
            <translation>预期亮度 cd/m²</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Explanation</source>
            <translation>解释方法</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>Export a picture</source>
            <translation>导出图片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Export readings</source>
            <translation>导出阅片记录</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/audit_dialog.py" />
            <source>Export the audit</source>
            <translation>导出审核结果</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Exporting</source>
            <translation>导出</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>F&amp;ilms</source>
            <translation>图像(&amp;I)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/turn.py" />
            <source>FLIPPED left to right</source>
            <translation>已左右翻转</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_unscored.py" />
            <source>Failed: {reason}</source>
            <translation>失败：{reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_unscored.py" />
            <source>Failed; score it again.</source>
            <translation>失败；请重新评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Fi&amp;ndings</source>
            <translation>征象(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Fibrosis of lung</source>
            <translation>肺纤维化</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Fields</source>
            <translation>字段</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Fields: {fields}. Words are joined by “and”; quoted text is found as it stands.</source>
            <translation>字段：{fields}。多个词须同时出现；引号内的文字按原样查找。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Fields; Enter inserts one</source>
            <translation>字段；按 Enter 插入</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/copies.py" />
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>File {number}</source>
            <translation>文件 {number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>Files above {size} MB are not copied: make the copy with another program.</source>
            <translation>超过 {size} MB 的文件不予复制：请用其他程序制作副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Files that come into the folder are listed without a scan by hand</source>
            <translation>进入该文件夹的文件无需手动扫描即会列出</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Files to look at</source>
            <translation>需要查看的文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/present_study.py" />
            <source>Fill every viewport with one study and its priors, then try again. An older prior in the place of one that cannot be shown makes no rule.</source>
            <translation>请用一项检查及其既往检查填满每个视口，然后重试。若较早的既往检查占据了无法显示者的位置，则不会建立规则。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Fill the screen</source>
            <translation>占满屏幕</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Fill the screen with the window, or give the desktop back</source>
            <translation>窗口占满整个屏幕，或恢复桌面</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <location filename="../../cxrviewer/qt/image_canvas.py" />
            <source>Film</source>
            <translation>图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_at_hand.py" />
            <source>Film of {when}</source>
            <translation>{when} 的图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>Films are read where they lie and are not changed or moved. Only discs and sticks of the library are copied, where you chose that.</source>
            <translation>图像在原位置读取，不会被更改或移动。仅资料库中的光盘和 U 盘会被复制，且须由您选择。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Find a command by a few letters</source>
            <translation>用几个字符查找命令</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Find a command or a key</source>
            <translation>查找命令或按键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Find the borders of heart and chest on the image; nothing is proposed where they are not clear</source>
            <translation>在图像上查找心脏和胸廓的边界；边界不清晰时不给出建议</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>Finding</source>
            <translation>征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <location filename="../../cxrviewer/qt/timeline_strip.py" />
            <source>Findings</source>
            <translation>征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Findings and commands</source>
            <translation>所见与命令</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Findings and their evidence</source>
            <translation>征象及其验证数据</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Findings the reader does not see</source>
            <translation>阅片者认为不存在的征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Findings the reader sees</source>
            <translation>阅片者认为存在的征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>Findings: {findings}.
No {absent}.
{measurements}
{comments}
</source>
            <translation>所见：{findings}。
未见{absent}。
{measurements}
{comments}
</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Flagged of present</source>
            <translation>存在者中被提示的比例</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Fli&amp;p left to right</source>
            <translation>左右翻转(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Folder for the copies</source>
            <translation>副本的文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Folder {number}</source>
            <translation>文件夹 {number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Folders</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Folders of the library</source>
            <translation>资料库的文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Folders whose studies are listed, searched and opened with their priors</source>
            <translation>列出、搜索这些文件夹中的检查，并与既往检查一起打开</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>For a finding without a map: compute it, or stop doing so</source>
            <translation>为没有热力图的征象计算热力图，或停止计算</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Forget the folder; its files, status and notes stay. The copy of a disc is deleted, after a question.</source>
            <translation>不再列出该文件夹；其文件、状态和备注保留。光盘的副本会在询问后删除。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Four steps: open, look, measure, findings</source>
            <translation>四步：打开、查看、测量、所见</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Four viewports in two rows</source>
            <translation>四个视口，分两行</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Fra&amp;mes</source>
            <translation>帧(&amp;M)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Frame</source>
            <translation>帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Frame &amp;before</source>
            <translation>上一帧(&amp;B)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Frame before</source>
            <translation>上一帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>Frame {number} cannot be shown</source>
            <translation>第 {number} 帧无法显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Frames</source>
            <translation>帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Frames per second</source>
            <translation>每秒帧数</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Frames per second, as the file says</source>
            <translation>每秒帧数，取自文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Frames per second; {rate:g} where the file names no rate</source>
            <translation>每秒帧数；文件未给出速率时为 {rate:g}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>From the &amp;present arrangement</source>
            <translation>按当前排列新建(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Frontal and lateral</source>
            <translation>正位和侧位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Frontal and lateral, each beside its prior</source>
            <translation>正位和侧位，各与其既往图像并排</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Frontal beside its prior</source>
            <translation>正位与其既往图像并排</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Frontal, lateral, and the frontal prior</source>
            <translation>正位、侧位及既往正位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>Full range</source>
            <translation>全范围</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Full s&amp;creen</source>
            <translation>全屏(&amp;C)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>Graphics lie in unused bits of the pixels of this file, so no safe copy can be made of it.</source>
            <translation>此文件的像素未用位中含有图形，因此无法制作安全的副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/overlays.py" />
            <source>Graphics of the file are drawn over the image (overlay {groups}).</source>
            <translation>文件中的图形已绘制在图像上（叠加层 {groups}）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Greek</source>
            <translation>希腊文</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Greek (Windows 1253)</source>
            <translation>希腊文（Windows 1253）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Grey level</source>
            <translation>灰度级</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Han&amp;g this study by the rules</source>
            <translation>按规则排列此检查(&amp;G)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hang &amp;priors by themselves</source>
            <translation>自动排列既往检查(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hang the newest study of a folder beside its prior as soon as the folder is read</source>
            <translation>文件夹读取完毕后，自动将最新检查与其既往检查并排显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hanging ru&amp;les…</source>
            <translation>挂片规则(&amp;L)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>Hanging rules</source>
            <translation>挂片规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hea&amp;ds…</source>
            <translation>模型(&amp;D)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>Head</source>
            <translation>模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/audit_dialog.py" />
            <source>Head and version</source>
            <translation>模型及版本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/proposal.py" />
            <source>Heart and lungs were not found on this image, so nothing is proposed. Draw the calipers (C).</source>
            <translation>在此图像上未找到心脏和肺，因此不给出建议。请手动绘制卡尺 (C)。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Heat map</source>
            <translation>热力图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Hebrew</source>
            <translation>希伯来文</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hide identit&amp;y</source>
            <translation>隐藏身份信息(&amp;Y)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Hide names, numbers, dates and file names, for a shared screen</source>
            <translation>隐藏姓名、编号、日期和文件名，用于共享屏幕</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/region.py" />
            <source>Highest</source>
            <translation>最大值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/region_dialog.py" />
            <source>Histogram of the region</source>
            <translation>区域直方图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/workspaces.py" />
            <source>How the viewports are arranged cannot be saved: the disk is full or cannot be reached.</source>
            <translation>无法保存视口的排列：磁盘已满或无法访问。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/self_hanging.py" />
            <source>Hung by the rule “{rule}” with a prior from the library.</source>
            <translation>已按规则“{rule}”排列，既往检查来自资料库。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/self_hanging.py" />
            <source>Hung by the rule “{rule}” with a prior from the library. A newer one is not connected, gone or changed.</source>
            <translation>已按规则“{rule}”排列，既往检查来自资料库。另有更新的既往检查，但其文件未连接、已不存在或已更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/self_hanging.py" />
            <source>Hung by the rule “{rule}”.</source>
            <translation>已按规则“{rule}”排列。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>I have read &amp;this and want it to run</source>
            <translation>我已阅读以上内容，并希望运行它(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>ID</source>
            <translation>ID</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>ID not unique</source>
            <translation>ID 重复</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>ID of the patient (only where the report names the patient)</source>
            <translation>患者 ID（仅当报告写明患者时）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>ID {patient_id}</source>
            <translation>ID {patient_id}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <location filename="../../cxrviewer/presenters/report.py" />
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Identity hidden</source>
            <translation>身份信息已隐藏</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>Identity is hidden, so the picture names nobody.</source>
            <translation>身份已隐藏，图片中不含任何人的姓名。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Image</source>
            <translation>图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Images</source>
            <translation>图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>Images of other patients are not listed while identity is hidden: the screen may be shared.</source>
            <translation>隐藏身份时不列出其他患者的图像：屏幕可能正在共享。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Images of this study carry the same SOP Instance UID as other images.</source>
            <translation>此检查的图像与其他图像使用相同的 SOP Instance UID。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/audit.py" />
            <source>Images on which nothing was decided leave no trace and are not counted.</source>
            <translation>未作判断的图像不留痕迹，也不计入统计。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Images: {images}</source>
            <translation>图像：{images}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Import readings</source>
            <translation>导入阅片记录</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Importing</source>
            <translation>导入</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Impression</source>
            <translation>印象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/files.py" />
            <source>In the place of the file with status and notes lay one of another program. It has been renamed and is kept beside the new one.</source>
            <translation>存放状态和备注的文件位置上是另一个程序的文件。该文件已改名并保留在新文件旁边。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/files.py" />
            <source>In the place of the index lay a file of another program. It has been renamed and is kept; the index is built again. Scan the folders; status and notes are kept.</source>
            <translation>索引文件的位置上是另一个程序的文件。该文件已改名并保留，索引将重新建立。请扫描文件夹；状态和备注均已保留。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Inferno</source>
            <translation>Inferno</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install a &amp;file…</source>
            <translation>安装文件(&amp;F)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install a f&amp;older…</source>
            <translation>安装文件夹(&amp;O)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install a model head's folder</source>
            <translation>安装模型文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Install model heads</source>
            <translation>安装模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Installed {title} {version} in place of {replaced}.</source>
            <translation>已安装 {title} {version}，替换 {replaced}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Installed {title} {version}. It is a program and waits for your approval.</source>
            <translation>已安装 {title} {version}。它是一个程序，等待您批准。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Installed {title} {version}. {follows}</source>
            <translation>已安装 {title} {version}。{follows}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Intended use</source>
            <translation>预期用途</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>It is not signed: nothing shows who made it.</source>
            <translation>未签名：无法得知由谁制作。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>It is only the table of contents of a disc: copy the whole disc, and open the copy.</source>
            <translation>它只是光盘的目录：请复制整张光盘，然后打开副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>It is switched off.</source>
            <translation>它已关闭。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>It reads films from now on.</source>
            <translation>从现在起它会读取图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Its disc or folder is not connected.</source>
            <translation>其光盘或文件夹未连接。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/replaced_files.py" />
            <source>Its file is gone, or holds no film any more.</source>
            <translation>其文件已不存在，或不再包含图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Its findings come first, and its map is the one chosen when a film opens</source>
            <translation>其征象排在最前，打开图像时选用其热力图</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Its st&amp;udy: {n:,} images</source>
            <extracomment>for one: Its st&amp;udy: {n:,} image</extracomment>
            <translation>
                <numerusform>其检查：{n:,} 幅图像(&amp;U)</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Its text is read as {charset}, as you chose.</source>
            <translation>按您的选择，其文字以“{charset}”读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Japanese (EUC-JP)</source>
            <translation>日文（EUC-JP）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Japanese (JIS X 0201)</source>
            <translation>日文（JIS X 0201）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Japanese (JIS X 0208)</source>
            <translation>日文（JIS X 0208）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Japanese (Shift JIS)</source>
            <translation>日文（Shift JIS）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/image_canvas.py" />
            <source>KEY IMAGE</source>
            <translation>关键图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Keep usual words of &amp;descriptions</source>
            <translation>保留描述中的常用词(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Keeping the decision</source>
            <translation>保存决定</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Keeping the rule</source>
            <translation>保存规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Keeping the rules</source>
            <translation>保存规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>Kept on this computer: the last folder opened, arrangements with the paths of their films, small pictures of opened films, the library's index with names and paths, and what you draw and write.</source>
            <translation>保存在本机的内容：上次打开的文件夹、含图像路径的布局、已打开图像的缩略图、含姓名和路径的资料库索引，以及您绘制和书写的内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Key images</source>
            <translation>关键图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Keys</source>
            <translation>按键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Kind</source>
            <translation>类型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Korean (EUC-KR)</source>
            <translation>韩文（EUC-KR）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Korean (KS X 1001)</source>
            <translation>韩文（KS X 1001）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>L&amp;ast frame</source>
            <translation>最后一帧(&amp;A)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Lang&amp;uage</source>
            <translation>语言(&amp;U)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Language of the &amp;system</source>
            <translation>系统语言(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Latin 1 (Western Europe)</source>
            <translation>Latin 1（西欧）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Latin 2 (Central Europe)</source>
            <translation>Latin 2（中欧）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Latin 3 (Southern Europe)</source>
            <translation>Latin 3（南欧）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Latin 4 (Baltic)</source>
            <translation>Latin 4（波罗的海）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Latin 5 (Turkish)</source>
            <translation>Latin 5（土耳其文）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Left drag</source>
            <translation>左键拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag changes width and level</source>
            <translation>左键拖动调节窗宽和窗位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag moves the film (middle drag always does)</source>
            <translation>左键拖动移动图像（中键拖动始终可用）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Left drag on an annotation</source>
            <translation>在标注上左键拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Left drag zooms (right drag always does)</source>
            <translation>左键拖动缩放（右键拖动始终可用）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/screen_size.py" />
            <source>Length of the line</source>
            <translation>线段长度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Less contrast: 5 % more width, as dragging to the right with the window tool</source>
            <translation>对比度降低：窗宽增加 5%，如同用窗宽/窗位工具向右拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Let this program run?</source>
            <translation>允许运行此程序？</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Li&amp;brary…</source>
            <translation>资料库(&amp;B)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Library</source>
            <translation>资料库</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Library…</source>
            <translation>资料库…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Licence texts</source>
            <translation>许可证文本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/screen_size.py" />
            <source>Line to measure</source>
            <translation>待测量的线段</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>Line {line}: a brace has no partner; write {{ or }} for a brace.</source>
            <translation>第 {line} 行：花括号不成对；请用 {{ 或 }} 表示花括号。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>Line {line}: control characters are not allowed.</source>
            <translation>第 {line} 行：不允许控制字符。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>Line {line}: there is no field “{name}”.</source>
            <translation>第 {line} 行：没有字段“{name}”。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>Line {line}: there is no field “{name}”; did you mean “{near}”?</source>
            <translation>第 {line} 行：没有字段“{name}”；是否指“{near}”？</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>List the images of the library that the model finds most like this one, with distances</source>
            <translation>列出资料库中模型认为与此图像最相似的图像及其距离</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>List the rules that arrange a study and its priors; switch, order, rename, delete</source>
            <translation>列出排列检查及其既往检查的规则；可开关、排序、重命名、删除</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>List what you made by study; export, import and delete readings</source>
            <translation>按检查列出您所做的内容；导出、导入和删除阅片记录</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>List, search and copy the elements of the header</source>
            <translation>列出、搜索并复制文件头的元素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>Listing the disc…</source>
            <translation>正在列出光盘内容…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>Listing the folders: {total:,} files so far</source>
            <translation>正在列出文件夹：目前 {total:,} 个文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/audit_dialog.py" />
            <source>Local audit</source>
            <translation>本地审核</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Look</source>
            <translation>查看</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Look whether this monitor shows every grey, and which luminance each should have</source>
            <translation>检查此显示器是否能显示每级灰度，以及各级应有的亮度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Looking for films</source>
            <translation>查找图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Looking for films…</source>
            <translation>正在查找图像…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Looking for images to score…</source>
            <translation>正在查找要评分的图像…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Looking for images…</source>
            <translation>正在查找图像…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Looking for model heads…</source>
            <translation>正在查找模型…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>Looking for the borders of heart and lungs…</source>
            <translation>正在查找心脏和肺的边界…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Loop</source>
            <translation>循环</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/region.py" />
            <source>Lowest</source>
            <translation>最小值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Luminance of the fields</source>
            <translation>各区块的亮度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Lung consolidation</source>
            <translation>肺实变</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Lung mass</source>
            <translation>肺肿块</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/windowing.py" />
            <source>Lungs</source>
            <translation>肺</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>MPEG or HEVC video</source>
            <translation>MPEG 或 HEVC 视频</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Ma&amp;gnifier</source>
            <translation>放大镜(&amp;G)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Magnify what lies under the cursor; also while Space is held</source>
            <translation>放大光标下的内容；按住空格键时也有效</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Make &amp;copies</source>
            <translation>制作副本(&amp;C)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Make &amp;default</source>
            <translation>设为默认(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Make a hanging rule of how the study and its priors are arranged now</source>
            <translation>将检查与既往检查目前的排列保存为挂片规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Make the next viewport the active one</source>
            <translation>将下一个视口设为当前视口</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Make the viewport before this one the active one</source>
            <translation>将上一个视口设为当前视口</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>Making the copies…</source>
            <translation>正在制作副本…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/app.py" />
            <source>Making the demo study, a phantom…</source>
            <translation>正在生成演示检查（体模）…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Manifest</source>
            <translation>清单</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Mark as &amp;new</source>
            <translation>标为新(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Mark as &amp;read</source>
            <translation>标为已读(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Mark as new</source>
            <translation>标记为新</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Mark as read</source>
            <translation>标记为已读</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Mark study as &amp;read</source>
            <translation>将检查标为已读(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Mark study as not &amp;yet read</source>
            <translation>将检查标为未读(&amp;Y)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Mark the study in the active viewport as opened only, in the library</source>
            <translation>在资料库中将当前视口的检查标为仅打开过</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Mark the study in the active viewport as read, in the library</source>
            <translation>在资料库中将当前视口的检查标为已读</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Mark this image as one that shows what matters; the report lists it</source>
            <translation>将此图像标记为关键图像；报告会列出它</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <location filename="../../cxrviewer/presenters/library_marks.py" />
            <source>Marking the study</source>
            <translation>标记检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/region.py" />
            <source>Mean</source>
            <translation>平均值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Mean, standard deviation, range and histogram of the selected region</source>
            <translation>所选区域的平均值、标准差、范围和直方图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Measure</source>
            <translation>测量</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure a distance: drag, or click both ends</source>
            <translation>测量距离：拖动，或单击两端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure a line on this screen for true size</source>
            <translation>在此屏幕上测量一条线段，用于真实大小显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure an angle: end, apex, end</source>
            <translation>测量角度：端点、顶点、端点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure from the tip of a tube to the carina</source>
            <translation>测量导管尖端到隆突的距离</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure the angle between two lines, such as end plates</source>
            <translation>测量两条线（如终板）之间的夹角</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/screen_size.py" />
            <source>Measure the line from end to end with a ruler on this screen, and type its length.</source>
            <translation>请用尺子在此屏幕上从一端到另一端测量该线段，并输入其长度。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Measure the widths of heart and chest with two calipers</source>
            <translation>用两把卡尺测量心脏和胸廓的宽度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Measured black, cd/m²</source>
            <translation>测得的黑色亮度，cd/m²</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Measured white, cd/m²</source>
            <translation>测得的白色亮度，cd/m²</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Measurements</source>
            <translation>测量</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/windowing.py" />
            <source>Mediastinum</source>
            <translation>纵隔</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Middle drag</source>
            <translation>中键拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Missing</source>
            <translation>缺失</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Modality</source>
            <translation>设备类型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Model &amp;card…</source>
            <translation>模型卡(&amp;C)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_card_dialog.py" />
            <source>Model card</source>
            <translation>模型卡</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_card_dialog.py" />
            <source>Model card: {head}</source>
            <translation>模型卡：{head}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Model heads</source>
            <translation>模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Model heads (*.cxrhead)</source>
            <translation>模型 (*.cxrhead)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Model heads: what is installed, its evidence, and installing</source>
            <translation>模型：已安装的模型、验证数据及安装</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>More contrast: 5 % less width, as dragging to the left with the window tool</source>
            <translation>对比度提高：窗宽减少 5%，如同用窗宽/窗位工具向左拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/widgets.py" />
            <source>More tools</source>
            <translation>更多工具</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Mouse</source>
            <translation>鼠标</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;down</source>
            <translation>下移图像(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;left</source>
            <translation>左移图像(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;right</source>
            <translation>右移图像(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move film &amp;up</source>
            <translation>上移图像(&amp;U)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move the level by 5 % of the width, as dragging down with the window tool</source>
            <translation>窗位移动窗宽的 5%，如同用窗宽/窗位工具向下拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Move the level by 5 % of the width, as dragging up with the window tool</source>
            <translation>窗位移动窗宽的 5%，如同用窗宽/窗位工具向上拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Moving the film in this viewport moves it in the others, or not</source>
            <translation>在此视口移动图像时，其他视口是否随之移动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Name of the template</source>
            <translation>模板名称</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/patients_beside.py" />
            <source>Names, IDs or birth dates of the viewports differ. You confirmed that they are of one person.</source>
            <translation>各视口的姓名、ID 或出生日期不同。您已确认其属于同一人。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/privacy.py" />
            <source>Names, numbers, dates and file names are hidden. Text that is part of an image's pixels is not.</source>
            <translation>姓名、编号、日期和文件名已隐藏。图像像素中的文字未被隐藏。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Names, numbers, dates, private elements and graphics leave the header (DICOM PS3.15 Basic Profile), UIDs are replaced. Pixels are copied as they are: text that is part of an image stays.</source>
            <translation>从文件头中移除姓名、编号、日期、私有元素和图形（DICOM PS3.15 基本配置），并替换 UID。像素原样复制：属于图像本身的文字会保留。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>Nearly all of the image is a constant border; its default window is made for the field inside.</source>
            <translation>图像几乎全是恒定的边框；默认窗按其内部区域确定。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Nearly black, for a dark room</source>
            <translation>接近全黑，用于暗室</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>New key</source>
            <translation>新按键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>Newer film</source>
            <translation>较新的图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Next</source>
            <translation>下一步</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Next frame</source>
            <translation>下一帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Next window of the film's header</source>
            <translation>图像文件头中的下一个窗</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No annotation is selected.</source>
            <translation>未选择标注。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <source>No command has these letters.</source>
            <translation>没有包含这些字符的命令。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>No decision yet. Agree or disagree with findings first.</source>
            <translation>尚无判断。请先对征象表示同意或不同意。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No file was skipped.</source>
            <translation>没有跳过文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>No film found</source>
            <translation>未找到图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>No film is on the screen.</source>
            <translation>屏幕上没有图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>No film matches the search.</source>
            <translation>没有符合搜索条件的图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>No film of this patient is scored.</source>
            <translation>该患者的图像均未评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>No films yet.</source>
            <translation>尚无图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>No finding above its threshold. This does not rule out disease.</source>
            <translation>无超过阈值的征象。这并不排除疾病。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No finding has a score.</source>
            <translation>没有带评分的征象。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No finding with a score is chosen.</source>
            <translation>未选择带评分的征象。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>No folder can be made there: choose another place for the copies.</source>
            <translation>无法在该处创建文件夹：请为副本选择其他位置。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>No folder chosen</source>
            <translation>未选择文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No folder was opened before.</source>
            <translation>此前未打开过文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No further window is open.</source>
            <translation>没有打开附加窗口。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No grey film is on the screen.</source>
            <translation>屏幕上没有灰度图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>No image is open. Open one to write its report.</source>
            <translation>没有打开图像。请打开图像以书写其报告。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>No image of the library has features of this model yet. Open the library, choose AI scores, and score it; what was scored before features were kept is scored once more.</source>
            <translation>资料库中还没有图像具有此模型的特征。请打开资料库，选择“AI 评分”进行评分；在开始保存特征之前已评分的图像会重新评分一次。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/audit.py" />
            <source>No image with such a decision.</source>
            <translation>没有作过此类判断的图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>No map for this finding</source>
            <translation>此征象没有热力图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>No map yet</source>
            <translation>尚无热力图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>No map: no finding with a score is chosen.</source>
            <translation>无热力图：未选择带评分的征象。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>No model</source>
            <translation>无模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>No model head is installed. Drop a .cxrhead file here.</source>
            <translation>未安装模型。请将 .cxrhead 文件拖放到此处。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>No model head of this id is installed.</source>
            <translation>未安装此标识的模型。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>No model is ready: switch AI on, or wait until the model has started.</source>
            <translation>没有就绪的模型：请打开 AI，或等待模型启动。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>No model that is on hands on the features that similar images are found by.</source>
            <translation>已启用的模型均不提供用于查找相似图像的特征。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_charsets.py" />
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <location filename="../../cxrviewer/presenters/messages.py" />
            <location filename="../../cxrviewer/presenters/report.py" />
            <location filename="../../cxrviewer/presenters/score_comparison.py" />
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <location filename="../../cxrviewer/presenters/similar.py" />
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>No name in the file</source>
            <translation>文件中无姓名</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>No older prior with an image to compare was found.</source>
            <translation>没有找到更早的、有可比较图像的既往检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>No other comparable film of this patient is open or in the library.</source>
            <translation>该患者没有其他可对比的图像已打开或在资料库中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>No ratio could be proposed; this installation may be incomplete. Draw the calipers (C).</source>
            <translation>无法给出心胸比建议；安装可能不完整。请手动绘制卡尺 (C)。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>No reading yet.</source>
            <translation>还没有阅片记录。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>No region with pixel values is selected.</source>
            <translation>未选择带像素值的区域。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>No removed model head of this name is kept.</source>
            <translation>没有保留此名称的已移除模型。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/hanging.py" />
            <source>No rule hangs images like this: an image is shown twice, or is not what a rule would find for its place.</source>
            <translation>没有规则能这样排列图像：有图像重复显示，或者规则在该位置会找到另一幅图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>No study in these folders.</source>
            <translation>这些文件夹中没有检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>No study matches the search.</source>
            <translation>没有符合搜索条件的检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/thumbnail_source.py" />
            <source>No thumbnail was kept on this computer.</source>
            <translation>本机没有保存缩略图。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_plans.py" />
            <source>No usable model head is installed; films can be viewed without one.</source>
            <translation>未安装可用的模型；没有模型也可以阅片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>No window can be made of this region.</source>
            <translation>无法由该区域设定窗口。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>No&amp;te</source>
            <translation>备注(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Nodule of lung</source>
            <translation>肺结节</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/arranging.py" />
            <source>None of the images that were shown here before is among the opened files.</source>
            <translation>此前在此显示的图像均不在已打开的文件中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/viewports.py" />
            <source>None of the opened files holds it: its file was moved, deleted or replaced. Choose another one in the worklist.</source>
            <translation>已打开的文件中没有它：其文件已被移动、删除或替换。请在工作列表中另选。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>None of the study's files can be reached at the moment.</source>
            <translation>目前无法访问此检查的任何文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>Not a regular file.</source>
            <translation>不是普通文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/registry.py" />
            <source>Not available now.</source>
            <translation>当前不可用。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/reading_room.py" />
            <source>Not closed: what you drew cannot be saved. Make room on the disk, or close again to lose it.</source>
            <translation>未关闭：您绘制的内容无法保存。请腾出磁盘空间，或再次关闭并放弃这些内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Not every model has started yet: score again when they have, or some images would lack a score.</source>
            <translation>并非所有模型都已启动：请等全部启动后再评分，否则部分图像会缺少评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Not flagged of absent</source>
            <translation>不存在者中未被提示的比例</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Not for</source>
            <translation>不适用于</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Not reached: {reason}</source>
            <translation>无法读取：{reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Not scored: {title}</source>
            <translation>未评分：{title}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>Not the newest prior: a newer one cannot be shown.</source>
            <translation>不是最近的既往检查：有一个更新的既往检查无法显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>Not the newest prior: that of {date} cannot be shown.</source>
            <translation>不是最近的既往检查：{date} 的既往检查无法显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Not validated</source>
            <translation>未验证</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>Not while identity is hidden, or without an image</source>
            <translation>身份信息隐藏时或没有图像时不可用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Note</source>
            <translation>备注</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/audit.py" />
            <source>Nothing above the threshold was decided.</source>
            <translation>未对高于阈值者作判断。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/audit.py" />
            <source>Nothing below the threshold was decided, so it is not known what the head missed.</source>
            <translation>未对低于阈值者作判断，因此不知道模型漏掉了什么。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>Nothing came back for two minutes: the drive or the network may not answer. Try again when it does.</source>
            <translation>两分钟内没有响应：驱动器或网络可能无应答。请在恢复后重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>Nothing is flagged in this film; choose findings to see their scores.</source>
            <translation>此图像没有标出的征象；请选择征象以查看评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>Nothing is open.</source>
            <translation>没有打开任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>Nothing leaves this computer. The program opens no network connection, looks for no updates and reports no usage.</source>
            <translation>任何内容都不会离开本机。程序不建立网络连接，不检查更新，也不上报使用情况。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Nothing to open</source>
            <translation>没有可打开的内容</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Nothing to score: add a folder first.</source>
            <translation>没有可评分的图像：请先添加文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Nothing to score: every image within reach has its scores.</source>
            <translation>无需评分：所有可读取的图像均已有评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Nothing to score: the folders of the library hold no image that was read.</source>
            <translation>没有可评分的图像：资料库的文件夹中没有已读取的图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Nothing was decided, measured or written yet.</source>
            <translation>尚未判断、测量或书写任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Nothing was exported; check the folder, and that the disk has room.</source>
            <translation>未导出任何内容；请检查文件夹以及磁盘是否有空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Nothing was imported.</source>
            <translation>未导入任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>O&amp;verlays</source>
            <translation>叠加层(&amp;V)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <location filename="../../cxrviewer/qt/findings_panel.py" />
            <source>Off: no model runs at all</source>
            <translation>关闭：完全不运行模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>On</source>
            <translation>启用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>One film</source>
            <translation>单幅</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>One film pixel per screen pixel</source>
            <translation>一个图像像素对应一个屏幕像素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>One image</source>
            <translation>单幅图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/hanging.py" />
            <source>One place shows neither the study that was opened nor a prior: an older study of certainly the same person, of the same projection and body part.</source>
            <translation>有一个位置显示的既不是打开的检查，也不是既往检查，即确定为同一人、相同投照方向和部位的较早检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>One rule must be left; switch it off instead.</source>
            <translation>至少须保留一条规则；可改为将其关闭。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>One study:</source>
            <translation>一项检查：</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>Only if its author has told you about the change: `{command}`.</source>
            <translation>仅当作者已告知您更换密钥时：`{command}`。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>Only images are copied; this object has no pixels.</source>
            <translation>只复制图像；此对象没有像素。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Opacity</source>
            <translation>不透明度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Opacity of the heat map</source>
            <translation>热力图的不透明度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open &amp;folder…</source>
            <translation>打开文件夹(&amp;F)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open &amp;last folder again</source>
            <translation>重新打开上次的文件夹(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Open a chest film</source>
            <translation>打开胸片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>Open a film to see its findings.</source>
            <translation>打开图像以查看其征象。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>Open a film to see the other studies of its patient.</source>
            <translation>打开一幅图像，即可查看该患者的其他检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Open a study to see which rule it hangs by.</source>
            <translation>请打开一项检查，以查看其采用哪条规则。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>Open an image and wait for its scores; images like it are then looked for.</source>
            <translation>请打开一幅图像并等待评分完成，然后即可查找相似图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open an image of this patient's next older study in the next viewport</source>
            <translation>在下一个视口中打开该患者前一次检查的图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/commands_binding.py" />
            <source>Open files</source>
            <translation>打开文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Open files or a folder from the File menu, or drop them on the window. The demonstration study holds a computed phantom and no patient.</source>
            <translation>从“文件”菜单打开文件或文件夹，或把它们拖到窗口上。演示检查是计算生成的体模，不含任何患者。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Open files…</source>
            <translation>打开文件…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Open films</source>
            <translation>打开图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/commands_binding.py" />
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/start_page.py" />
            <source>Open folder…</source>
            <translation>打开文件夹…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open in a second &amp;window</source>
            <translation>在另一个窗口中打开(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>Open it, or score its study in the library, to see what changed.</source>
            <translation>请打开它，或在资料库中为该检查评分，以查看变化。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open one more window with a viewport of its own, on another screen where there is one</source>
            <translation>再打开一个有自己视口的窗口；有其他屏幕时放在其他屏幕上</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open pr&amp;ior study</source>
            <translation>打开既往检查(&amp;I)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Open the &amp;demo study</source>
            <translation>打开演示检查(&amp;D)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>Open this study with its priors, instead of what is open</source>
            <translation>打开该检查及其既往检查，替换当前打开的内容</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_actions.py" />
            <source>Open ▾</source>
            <translation>打开 ▾</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <location filename="../../cxrviewer/presenters/opened_paths.py" />
            <source>Opening the film</source>
            <translation>打开图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <location filename="../../cxrviewer/qt/canvas_text.py" />
            <source>Opening the film…</source>
            <translation>正在打开图像…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <location filename="../../cxrviewer/presenters/library_stores.py" />
            <source>Opening the library</source>
            <translation>打开资料库</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Opening the library…</source>
            <translation>正在打开资料库…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Opening the study</source>
            <translation>打开检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Origin</source>
            <translation>来源</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>P&amp;rint…</source>
            <translation>打印(&amp;R)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_pages.py" />
            <source>Page {number} of {of}</source>
            <translation>第 {number} 页，共 {of} 页</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>Parts of this picture are transparent; their stored grey is shown, without the transparency.</source>
            <translation>此图片的部分区域透明；显示其存储的灰度，不含透明度。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <location filename="../../cxrviewer/presenters/report.py" />
            <location filename="../../cxrviewer/qt/charset_dialog.py" />
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>Patient</source>
            <translation>患者</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Patient {number}</source>
            <translation>患者 {number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/privacy.py" />
            <source>Patient {patient} · Study {study}</source>
            <translation>患者 {patient} · 检查 {study}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Pause scoring</source>
            <translation>暂停评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>Percentage points, by the same model and recipe. A change is named only where the 95 % interval of the difference leaves out 0. The interval knows the calibration of the head only: another exposure or position can change a score by more.</source>
            <translation>单位为百分点，由同一模型和处理方式得出。仅当差值的 95% 区间不包含 0 时才标出变化。该区间只反映模型的校准：曝光或体位不同，评分的变化可能更大。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>Percentage points, by the same model and recipe. The heads state no uncertainty of a single score: a difference can come from another exposure or position alone.</source>
            <translation>百分点，由同一模型和处理方式得出。模型不提供单个评分的不确定度：仅曝光或体位不同也可能造成差异。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>Percentiles</source>
            <translation>百分位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>Pictures</source>
            <translation>图片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/pictures.py" />
            <source>Pictures are written as .png, .jpg or .tif: choose one of these endings.</source>
            <translation>图片保存为 .png、.jpg 或 .tif：请选择其中一种扩展名。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/region.py" />
            <source>Pixels</source>
            <translation>像素数</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/frame_bar.py" />
            <source>Play</source>
            <translation>播放</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Play &amp;slower</source>
            <translation>放慢播放(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Play fas&amp;ter</source>
            <translation>加快播放(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Play the frames of this image, or stay at the one on the screen</source>
            <translation>播放此图像的各帧，或停在当前帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Pleural effusion</source>
            <translation>胸腔积液</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Pleural thickening</source>
            <translation>胸膜增厚</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Pneumonia</source>
            <translation>肺炎</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Pneumothorax</source>
            <translation>气胸</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Portable series of four in time order</source>
            <translation>床旁系列四幅，按时间排列</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Portable series of three in time order</source>
            <translation>床旁系列三幅，按时间排列</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Positives</source>
            <translation>阳性例数</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Pre&amp;sets</source>
            <translation>预设窗(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Present of flagged</source>
            <translation>被提示者中存在的比例</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>Present study</source>
            <translation>当前检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Preset &amp;{number}</source>
            <translation>预设窗 &amp;{number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>Preview of the report</source>
            <translation>报告预览</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>Prior</source>
            <translation>既往</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Privacy</source>
            <translation>隐私</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Problems</source>
            <translation>问题</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>Problems of the file</source>
            <translation>文件中的问题</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Program</source>
            <translation>程序</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Progress of the copy</source>
            <translation>复制进度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>Projection</source>
            <translation>投照体位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Propose cardiothoracic rati&amp;o</source>
            <translation>建议心胸比(&amp;O)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>Proposed from the image, not measured: check all four ends and drag what is wrong.</source>
            <translation>由图像推算，并非测量结果：请核对四个端点，并拖动有误的端点。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Pulmonary edema</source>
            <translation>肺水肿</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Pulmonary emphysema</source>
            <translation>肺气肿</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_names.py" />
            <source>Pulmonary infiltrate</source>
            <translation>肺浸润</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>Putting it in place…</source>
            <translation>正在安装就位…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>R&amp;ectangle</source>
            <translation>矩形(&amp;E)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>R&amp;emove</source>
            <translation>移除(&amp;E)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Re&amp;sume</source>
            <translation>继续(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Read in &amp;place</source>
            <translation>直接读取(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Readin&amp;gs…</source>
            <translation>阅片记录(&amp;G)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Reading the file again</source>
            <translation>重新读取文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>Reading the header</source>
            <translation>读取文件头</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>Reading the header…</source>
            <translation>正在读取文件头…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <location filename="../../cxrviewer/presenters/library_list.py" />
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Reading the list</source>
            <translation>读取列表</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Reading the list…</source>
            <translation>正在读取列表…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Reading the names</source>
            <translation>读取姓名</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Reading the templates</source>
            <translation>读取模板</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>Reading this file took more computing time than allowed: it is damaged, or too large for this viewer.</source>
            <translation>读取此文件所用计算时间超过上限：文件已损坏，或对本软件过大。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>Reading this file took more memory than allowed (900 MiB): it is damaged, or too large for this viewer.</source>
            <translation>读取此文件所用内存超过上限（900 MiB）：文件已损坏，或对本软件过大。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>Reading {done:,} of {total:,}</source>
            <translation>正在读取 {done:,}/{total:,}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading} has an entry twice.</source>
            <translation>阅片记录 {reading} 中有一项重复。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading} has more than {limit:,} entries.</source>
            <translation>阅片记录 {reading} 超过 {limit:,} 项。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading} is about images of several studies.</source>
            <translation>阅片记录 {reading} 涉及多个检查的图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading} is not one list of changes.</source>
            <translation>阅片记录 {reading} 不是一个更改列表。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading} names no image, so it is about no study.</source>
            <translation>阅片记录 {reading} 未指明图像，因此不属于任何检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading}, entry {entry}: it does not start from nothing.</source>
            <translation>阅片记录 {reading}，第 {entry} 项：它不是从空白开始的。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading}, entry {entry}: {reason}</source>
            <translation>阅片记录 {reading}，第 {entry} 项：{reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading}, entry {entry}: “{name}” is longer or larger than this program makes it.</source>
            <translation>第 {reading} 份阅片记录第 {entry} 项：“{name}”的长度或数值超出本程序的范围。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>Reading {reading}: {reason}</source>
            <translation>阅片记录 {reading}：{reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Readings</source>
            <translation>阅片记录</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Readings (*.json)</source>
            <translation>阅片记录 (*.json)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Reads</source>
            <translation>读取</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Red</source>
            <translation>红色</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/windowing.py" />
            <source>Region</source>
            <translation>区域</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Region &amp;values…</source>
            <translation>区域数值(&amp;V)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Region window</source>
            <translation>区域窗</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_unscored.py" />
            <source>Rejected: {reason}</source>
            <translation>拒绝：{reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Remove keys</source>
            <translation>移除按键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Removed {title}.</source>
            <translation>已移除 {title}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Removing the folder</source>
            <translation>移除文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Removing…</source>
            <translation>正在移除…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Replace keys</source>
            <translation>替换按键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <location filename="../../cxrviewer/qt/report_pages.py" />
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Report</source>
            <translation>报告</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Research use only</source>
            <translation>仅供研究使用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Research use only · not a medical device</source>
            <translation>仅供研究使用 · 非医疗器械</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Reset</source>
            <translation>重置</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>Reset all</source>
            <translation>全部重置</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Resume scoring</source>
            <translation>继续评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Right click</source>
            <translation>右键单击</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Right drag</source>
            <translation>右键拖动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>Rule</source>
            <translation>规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Running the program's checks in a process of its own…</source>
            <translation>正在独立进程中运行该程序的检查…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>Save &amp;PDF…</source>
            <translation>保存 &amp;PDF…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>Save te&amp;xt…</source>
            <translation>保存文本(&amp;X)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>Save the report</source>
            <translation>保存报告</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Save the view or the whole image as PNG, JPEG or TIFF</source>
            <translation>将视图或整幅图像保存为 PNG、JPEG 或 TIFF</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>Saving the audit</source>
            <translation>保存审核结果</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/pictures.py" />
            <source>Saving the picture</source>
            <translation>保存图片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>Saving the report</source>
            <translation>保存报告</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>Scan complete: {read:,} read, {unchanged:,} unchanged, {removed:,} gone.</source>
            <translation>扫描完成：读取 {read:,} 个，未变 {unchanged:,} 个，已不存在 {removed:,} 个。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>Scan not complete: {read:,} read, {unchanged:,} unchanged, {removed:,} gone.</source>
            <translation>扫描未完成：读取 {read:,} 个，未变 {unchanged:,} 个，已不存在 {removed:,} 个。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>Scanning the folders</source>
            <translation>扫描文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Score now</source>
            <translation>立即评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Score the selected studies</source>
            <translation>为所选检查评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Score the whole library</source>
            <translation>为整个资料库评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Score what is left; what has its scores is not scored again</source>
            <translation>为剩余图像评分；已有评分的不再重复评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Scored by another version of a head than the one in use now, or the file has changed.</source>
            <translation>评分所用的模型版本与现在使用的不同，或文件已更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Scores against the &amp;prior…</source>
            <translation>与既往评分比较(&amp;P)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/score_change_dialog.py" />
            <source>Scores against the prior</source>
            <translation>与既往评分比较</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Scores of version {head_version}, which was replaced by {version}.</source>
            <translation>评分来自版本 {head_version}，该版本已被 {version} 替换。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>Scores: {heads}</source>
            <translation>评分：{heads}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Scoring</source>
            <translation>评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Scoring stopped after {done:,} of {total:,} answers.</source>
            <translation>评分已停止：完成 {done:,} / {total:,} 项结果。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Scoring stopped after {done:,} of {total:,}.</source>
            <translation>评分已停止：完成 {done:,} / {total:,}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Scoring the library</source>
            <translation>为资料库评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Scoring {done:,} of {total:,}</source>
            <translation>正在评分：{done:,} / {total:,}</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>Scoring {n:,} images: {done:,} of {total:,} answers</source>
            <extracomment>for one: Scoring {n:,} image: {done:,} of {total:,} answers</extracomment>
            <translation>
                <numerusform>正在为 {n:,} 幅图像评分：{done:,} / {total:,} 项结果</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Scoring…</source>
            <translation>正在评分…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>Search name, ID, date, view…</source>
            <translation>搜索姓名、ID、日期、体位…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>Search tag, name or value…</source>
            <translation>搜索标签、名称或值…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>Search the header</source>
            <translation>搜索文件头</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Search the library</source>
            <translation>搜索资料库</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>Search the worklist</source>
            <translation>搜索工作列表</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>See every key, and change keys</source>
            <translation>查看所有按键并更改</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Series</source>
            <translation>序列</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Series {number}</source>
            <translation>序列 {number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>Set the file aside and begin with the rules of the program</source>
            <translation>将该文件另存一旁，改用程序自带的规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Shar&amp;e with the others</source>
            <translation>与其他视口共享(&amp;E)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Share &amp;turn and flip</source>
            <translation>共享旋转和翻转(&amp;T)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Share the &amp;place</source>
            <translation>共享位置(&amp;P)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Share the &amp;window</source>
            <translation>共享窗宽窗位(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Share the &amp;zoom</source>
            <translation>共享缩放(&amp;Z)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Shift while drawing</source>
            <translation>绘制时按 Shift</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show a millimetre of the image as one of the screen, which has to be measured once</source>
            <translation>将图像的 1 毫米显示为屏幕上的 1 毫米；屏幕需先测量一次</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show or hide the heat map of the chosen finding</source>
            <translation>显示或隐藏所选征象的热力图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the active viewport alone, or all again</source>
            <translation>仅显示当前视口，或恢复显示全部</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the findings</source>
            <translation>显示征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the image at hand alone, then the other one in its place, by the same key</source>
            <translation>先单独显示当前图像，再按同一键在原处显示另一幅</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>Show the next older prior</source>
            <translation>显示再早一次的既往检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the patient's studies below the film, with the scores of each</source>
            <translation>在图像下方显示该患者的各次检查及其评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the whole film</source>
            <translation>显示整幅图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Show the worklist</source>
            <translation>显示工作列表</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Signature</source>
            <translation>签名</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>Signed with the key {signer}, seen for the first time: compare it with what its author says.</source>
            <translation>由首次出现的密钥 {signer} 签名：请与作者公布的密钥核对。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Similar &amp;images in the library…</source>
            <translation>资料库中的相似图像(&amp;I)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>Similar images in the library</source>
            <translation>资料库中的相似图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>Similar to this network, not to a radiologist. Similarity is no diagnosis: images with another disease, or none, can be near, and the same exposure, position or device brings images together. The list stays on this computer.</source>
            <translation>这里的相似是对该网络而言，而不是对放射科医生而言。相似不等于诊断：患有其他疾病或无病变的图像也可能相近，相同的曝光、体位或设备也会使图像相近。此列表只保留在本机。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/screen_size.py" />
            <source>Size of the screen</source>
            <translation>屏幕尺寸</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Skip (Esc)</source>
            <translation>跳过 (Esc)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Some images of this study lack a score: a head rejected them or failed at them (“not fully scored: why?” below the list), or has not read them yet.</source>
            <translation>此检查有图像缺少评分：某个模型拒绝了这些图像或评分失败（列表下方“未完全评分：原因？”），或尚未判读。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Something went wrong that this program did not expect.</source>
            <translation>发生了程序未预料到的错误。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Space held</source>
            <translation>按住空格键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/region.py" />
            <source>Standard deviation</source>
            <translation>标准差</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/splash.py" />
            <source>Starting</source>
            <translation>正在启动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_starter.py" />
            <source>Starting the model</source>
            <translation>启动模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>Starting the model…</source>
            <translation>正在启动模型…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Status</source>
            <translation>状态</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Status and notes stay. Undo does not bring the files back.</source>
            <translation>状态和备注保留。撤销无法恢复这些文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Stop scoring</source>
            <translation>停止评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>Stopped after {done:,} files. Resume continues from there.</source>
            <translation>在 {done:,} 个文件后停止。“继续”将从该处接着进行。</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>Stopped. {n} copies were made.</source>
            <extracomment>for one: Stopped. {n} copy was made.</extracomment>
            <translation>
                <numerusform>已停止。已制作 {n} 个副本。</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>Stored lying on its side ({name}): shown as stored.</source>
            <translation>图像以侧卧方向存储（{name}）：按存储方向显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>Stored {how} ({name}): turned for reading, the patient's left on the right.</source>
            <translation>图像存储为{how}（{name}）：已转为阅片方向，患者左侧在右。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Studies</source>
            <translation>检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Studies like this hang like this from now on: rule “{name}”.</source>
            <translation>今后此类检查将按此排列：规则“{name}”。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Studies of the library like this hang like this from now on, and what is opened by its path when you ask for it: rule “{name}”.</source>
            <translation>今后资料库中的此类检查将按此排列，按路径打开的此类检查则在您要求时排列：规则“{name}”。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/timeline_strip.py" />
            <source>Studies of this patient</source>
            <translation>该患者的检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>Study</source>
            <translation>检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <location filename="../../cxrviewer/qt/similar_dialog.py" />
            <source>Study date</source>
            <translation>检查日期</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Study that is not in the worklist</source>
            <translation>不在工作列表中的检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>Study {number}</source>
            <translation>检查 {number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>T&amp;our of the window</source>
            <translation>窗口导览(&amp;O)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Tab</source>
            <comment>key</comment>
            <translation>Tab 键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/audit_dialog.py" />
            <source>Tables (*.csv)</source>
            <translation>表格 (*.csv)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>Tag</source>
            <translation>标签</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Tag &amp;browser…</source>
            <translation>标签浏览器(&amp;B)…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>Take back what was marked, noted or removed last</source>
            <translation>撤销上一次的标记、备注或移除</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Take the last step back</source>
            <translation>撤回上一步</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Te&amp;xt</source>
            <translation>文字(&amp;X)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>Template</source>
            <translation>模板</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Templates</source>
            <translation>模板</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Templates of reports</source>
            <translation>报告模板</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Test pattern</source>
            <translation>测试图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Text</source>
            <translation>文字</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <source>Text (*.txt)</source>
            <translation>文本 (*.txt)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>Text may be part of the pixels, and it is still there. Look at the copy before you pass it on.</source>
            <translation>像素中可能含有文字，且仍然保留。转交之前请查看副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>Text of the template</source>
            <translation>模板文本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Th&amp;ree side by side</source>
            <translation>三个视口并排(&amp;R)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>Thai</source>
            <translation>泰文</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/pictures.py" />
            <source>That is an opened original, which is never replaced: choose another name.</source>
            <translation>该文件是已打开的原始图像，绝不会被替换：请选择其他名称。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>The &amp;view, with annotations and map</source>
            <translation>视图，含标注和热力图(&amp;V)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>The &amp;whole image at full size, without annotations and map</source>
            <translation>整幅图像，原始尺寸，不含标注和热力图(&amp;W)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/file_set.py" />
            <source>The DICOMDIR names a folder where a file should be; it is not read.</source>
            <translation>DICOMDIR 在应为文件处指向文件夹；未读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>The DICOMDIR names no files; open its folder instead.</source>
            <translation>DICOMDIR 未列出任何文件；请改为打开其文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/file_set.py" />
            <source>The DICOMDIR names this file, but it is not there.</source>
            <translation>DICOMDIR 列出了此文件，但文件不存在。</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>The DICOMDIR names {n:,} files, none of which is there.</source>
            <extracomment>for one: The DICOMDIR names {n:,} file, which is not there.</extracomment>
            <translation>
                <numerusform>DICOMDIR 列出了 {n:,} 个文件，但都不存在。</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/file_set.py" />
            <source>The DICOMDIR refers to a file outside its own folder, which is not read.</source>
            <translation>DICOMDIR 指向其文件夹之外的文件；未读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>The Measure menu draws distances, angles and the cardiothoracic ratio. What you draw is saved at once and is there again when the film is opened again.</source>
            <translation>“测量”菜单可绘制距离、角度和心胸比。绘制的内容立即保存，再次打开图像时仍在。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The Modality LUT could not be used: {error}. Stored values are shown instead.</source>
            <translation>Modality LUT 无法使用：{error}。改为显示存储值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/lut_reader.py" />
            <source>The VOI LUT holds {bits}-bit values, but its (0028,3002) LUT Descriptor says {bits2} bits; it is drawn with full contrast.</source>
            <translation>VOI LUT 含 {bits} 位数值，而其 (0028,3002) LUT Descriptor 为 {bits2} 位；以全对比度绘制。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>The ZIP holds no files.</source>
            <translation>该 ZIP 中没有文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>The audit was not saved; check the folder, and that the disk has room.</source>
            <translation>审核结果未保存；请检查文件夹和磁盘空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>The audit was saved.</source>
            <translation>审核结果已保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/proposal.py" />
            <source>The borders of heart and lungs are not clear enough for a proposal. Draw the calipers (C).</source>
            <translation>心脏和肺的边界不够清晰，无法给出建议。请手动绘制卡尺 (C)。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>The changes of “{name}” are not saved.</source>
            <translation>“{name}”的更改尚未保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>The chosen finding has no map.</source>
            <translation>所选征象没有热力图。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The compressed image holds {bits} bits, (0028,0101) Bits Stored says {stored}; all are used.</source>
            <translation>压缩图像含 {bits} 位，(0028,0101) Bits Stored 为 {stored}；已全部使用。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>The copies cannot be written: check the folder, and that the disk has room.</source>
            <translation>无法写入副本：请检查文件夹以及磁盘空间。</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>The copies of {n} discs were removed. Your notes are kept.</source>
            <extracomment>for one: The copy of {n} disc was removed. Your notes are kept.</extracomment>
            <translation>
                <numerusform>已删除 {n} 张光盘的副本。您的备注仍保留。</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The data set is written in {name}, which is not what (0002,0010) Transfer Syntax UID says; it was read as it is written.</source>
            <translation>数据集以 {name} 写入，与 (0002,0010) Transfer Syntax UID 不符；已按实际写法读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The decoder gave no valid answer for this file, which is probably damaged. Other files are not affected.</source>
            <translation>解码器未对此文件给出有效结果，文件可能已损坏。其他文件不受影响。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The decoder stopped while reading this file, which is probably damaged or of a kind no program can read. Other files are not affected.</source>
            <translation>解码器在读取此文件时停止，文件可能已损坏，或属于任何程序都无法读取的类型。其他文件不受影响。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The decoder was ended from outside while reading this file, perhaps because memory ran short: try again.</source>
            <translation>解码器在读取此文件时被外部终止，可能因内存不足：请重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/app.py" />
            <source>The demo study could not be made.</source>
            <translation>无法生成演示检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/app.py" />
            <source>The demo study is a computed phantom, nobody's film.</source>
            <translation>演示检查是计算生成的体模，不属于任何人。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/media.py" />
            <source>The disc could not be copied: the folder for copies cannot be written to.</source>
            <translation>无法复制光盘：存放副本的文件夹不可写入。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>The disc or folder of this study is not connected.</source>
            <translation>此检查所在的光盘或文件夹未连接。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>The disc was not copied; nothing of it was kept.</source>
            <translation>光盘未复制，没有留下任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/media.py" />
            <source>The disc was taken out while it was copied. What was copied is kept; insert it and open it again.</source>
            <translation>复制过程中光盘被取出。已复制的内容仍保留；请插入光盘并重新打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/media.py" />
            <source>The disk is full, so the disc was not copied completely. Free some space and open the disc again.</source>
            <translation>磁盘已满，光盘未能完整复制。请释放一些空间并重新打开光盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>The disk is full, so the library could not be written. What was indexed before is kept; free some space.</source>
            <translation>磁盘已满，无法写入影像库。此前已建立的索引仍保留；请释放一些空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>The display shutter ((0018,1600)) would cover the whole image; it is not applied.</source>
            <translation>显示遮罩（(0018,1600)）会覆盖整幅图像；未应用。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>The display shutter{known} is damaged ((0018,1600) Shutter Shape); it is not applied.</source>
            <translation>显示遮罩{known}已损坏（(0018,1600) Shutter Shape）；未应用。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/silence.py" />
            <source>The drive or network folder does not answer. Check its connection, then open it again.</source>
            <translation>该驱动器或网络文件夹没有响应。请检查连接，然后重新打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/opened_paths.py" />
            <source>The drive or network folder has answered only now. Nothing of it was opened; open it again.</source>
            <translation>该驱动器或网络文件夹现在才响应，其中的内容没有打开；请重新打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>The file cannot be read; check the disk.</source>
            <translation>无法读取文件；请检查磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/scan.py" />
            <source>The file could not be read because of an error in this program; please report it. Details are in the log.</source>
            <translation>因本程序的错误无法读取文件；请报告此问题。详情见日志。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>The file could not be read; check that it is still there and that its disc is readable.</source>
            <translation>无法读取文件；请检查文件是否仍存在、光盘是否可读。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>The file could not be read; check that it is still there.</source>
            <translation>无法读取文件；请检查它是否还在。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>The file does not name its schema.</source>
            <translation>文件未写明其格式版本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/shutter_reader.py" />
            <source>The file has a bitmap display shutter, which this viewer does not apply.</source>
            <translation>文件含位图显示遮罩，本软件不应用此类遮罩。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>The file has changed since the library was scanned.</source>
            <translation>扫描资料库之后，该文件已更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>The file has comments. They are lost when a rule is changed here.</source>
            <translation>该文件含有注释。在此更改规则后，注释将丢失。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The file has no DICOM preamble; it was read as a bare data set.</source>
            <translation>文件没有 DICOM 前导；已按裸数据集读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>The file holds no readings of this program.</source>
            <translation>文件中没有本程序的阅片记录。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The file holds {frames} frames; the model reads single radiographs only, so no frame is scored.</source>
            <translation>文件含 {frames} 帧；模型只读取单幅 X 线图像，因此不对任何一帧评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>The file is DICOM but holds no picture.</source>
            <translation>文件是 DICOM，但不含图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>The file is empty.</source>
            <translation>文件为空。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>The file is kept as {name}.</source>
            <translation>该文件已保留为 {name}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>The file is larger than the allowed {limit} MiB.</source>
            <translation>文件超过允许的 {limit} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>The file is not JSON, or is cut short.</source>
            <translation>文件不是 JSON，或不完整。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>The file is not UTF-8 text.</source>
            <translation>文件不是 UTF-8 文本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>The file may not be read; check its access rights.</source>
            <translation>无权读取文件；请检查其访问权限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>The file of readings could not be checked; nothing was imported.</source>
            <translation>无法检查阅片记录文件；未导入任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/strip_images.py" />
            <source>The file of this study is no longer there, or cannot be read.</source>
            <translation>该检查的文件已不存在或无法读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>The file or folder is no longer there.</source>
            <translation>文件或文件夹已不存在。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>The file says that text is part of its pixels. Look at the copy before you pass it on.</source>
            <translation>文件注明其像素中含有文字。转交之前请查看副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>The file was written by a newer version of this program; use that version.</source>
            <translation>文件由本程序的较新版本写出；请使用该版本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/files.py" />
            <source>The file with status and notes was damaged and has been set aside beside the new one.</source>
            <translation>保存状态和备注的文件已损坏，已移到新文件旁边保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The files of a Python head are {limit} MiB together at most.</source>
            <translation>Python 模型的文件总计最多 {limit} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The film is shown by its {origin} instead.</source>
            <translation>改为按其{origin}显示图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The film is {columns} x {rows} pixels and this model needs at least {min_pixels}; open the original instead of a thumbnail.</source>
            <translation>图像为 {columns} x {rows} 像素，而此模型至少需要 {min_pixels}；请打开原图而不是缩略图。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The film looks like a negative of a chest film; its header's Photometric Interpretation may be wrong, so check it at the source.</source>
            <translation>图像看起来像胸片的负片；其文件头的 Photometric Interpretation 可能有误，请在来源处核对。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_comparison.py" />
            <source>The film of {newer} against that of {older}.</source>
            <translation>{newer} 的图像与 {older} 的图像对比。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>The first rule that is on and whose places can all be filled hangs a study. Changes are kept at once.</source>
            <translation>检查按第一条已启用且所有位置均可填满的规则排列。更改会立即保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>The folder</source>
            <translation>该文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>The folder holds no files. Choose another one.</source>
            <translation>文件夹中没有文件。请另选。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/listing.py" />
            <source>The folder may not be read; check its access rights.</source>
            <translation>无权读取文件夹；请检查其访问权限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>The folder of templates cannot be read; check the disk.</source>
            <translation>无法读取模板文件夹；请检查磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>The folder of the readings cannot be read; check the disk.</source>
            <translation>无法读取阅片记录文件夹；请检查磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The hanging rules cannot be used: {problem}</source>
            <translation>无法使用挂片规则：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>The head reads features of another shape than its backbone makes; ask its author.</source>
            <translation>模型读取的特征形状与其主干网络的输出不符；请询问作者。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/service.py" />
            <source>The head's density file is not usable: {error}.</source>
            <translation>模型的密度文件无法使用：{error}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's density was made for other features than the model's.</source>
            <translation>模型的密度是为其他特征制作的，与该模型不符。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's density was made for other features.</source>
            <translation>模型的密度是为其他特征制作的。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>The head's folder cannot be read.</source>
            <translation>无法读取模型文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>The head's folder holds more than {max_files} files.</source>
            <translation>模型文件夹中的文件超过 {max_files} 个。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's test input does not have the shape of its input.</source>
            <translation>模型测试输入的形状与其输入不符。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The head's test logits have the wrong shape.</source>
            <translation>模型测试输出的形状不正确。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/polarity.py" />
            <source>The header contradicts itself about black and white ({photometric} with Presentation LUT Shape {shape}); the film is shown as the shape says. Invert it if it looks like a negative.</source>
            <translation>文件头关于黑白的信息自相矛盾（{photometric} 与 Presentation LUT Shape {shape}）；图像按 Shape 显示。若看起来像负片，请反相。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header gives an age above 130 years</source>
            <translation>文件头中的年龄超过 130 岁</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header gives the year or month of birth only</source>
            <translation>文件头只给出出生年份或月份</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The header has more than {most_windows} windows; the others are left out.</source>
            <translation>文件头中的窗超过 {most_windows} 个；其余已忽略。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The header has windows without a center or a width; they are left out.</source>
            <translation>文件头中有缺少窗位或窗宽的窗；已忽略。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The header is damaged in places ({shown} cannot be read); the rest of it is used.</source>
            <translation>文件头局部损坏（{shown} 无法读取）；其余部分照常使用。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header names an animal; the model reads human chest films only.</source>
            <translation>文件头标明为动物；模型只读取人体胸片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The header names an unknown VOI LUT Function; its windows are drawn as LINEAR.</source>
            <translation>文件头中的 VOI LUT Function 未知；其窗按 LINEAR 绘制。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header names another region ({region}); the model reads chest films only.</source>
            <translation>文件头标明为其他部位（{region}）；模型只读取胸片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>The header of this DICOM file is far larger than that of any image, so it is not read.</source>
            <translation>此 DICOM 文件的文件头远大于任何图像的文件头，因此未读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>The header of this file is damaged or cut short {damage}, so its image cannot be found. If that happened on the way here, fetch it again.</source>
            <translation>此文件的文件头{damage}损坏或被截断，因此找不到图像。若在传输中发生，请重新获取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>The header of this file is damaged, so no safe copy can be made of it.</source>
            <translation>此文件的文件头已损坏，因此无法制作安全的副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>The header of this image gives no size of its pixels.</source>
            <translation>此图像的文件头没有给出像素尺寸。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The header says this is no frontal view; the model reads frontal chest films only.</source>
            <translation>文件头标明不是正位；模型只读取正位胸片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>The heads rejected the images of this study, or failed at them: “not fully scored: why?” below the list has the reasons.</source>
            <translation>各模型拒绝了此检查的图像，或评分失败：原因见列表下方“未完全评分：原因？”。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/viewports.py" />
            <source>The image of this viewport is no longer here</source>
            <translation>此视口的图像已不在此处</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>The image on the &amp;screen</source>
            <translation>屏幕上的图像(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/files.py" />
            <source>The index was damaged and is built again. Scan the folders; status and notes are kept.</source>
            <translation>索引已损坏，正在重建。请扫描文件夹；状态和备注均已保留。</translation>
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
            <translation>任务用时超过上限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>The job took more processor time than allowed.</source>
            <translation>任务所用处理器时间超过上限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key cannot be written; check the folder's rights and the disk.</source>
            <translation>无法写入密钥；请检查文件夹权限和磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key file cannot be read.</source>
            <translation>无法读取密钥文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key file is no private key without a password; make one with `heads keygen`.</source>
            <translation>密钥文件不是无密码的私钥；请用 `heads keygen` 生成。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The key is not an Ed25519 key; make one with `cxrviewer heads keygen`.</source>
            <translation>该密钥不是 Ed25519 密钥；请用 `cxrviewer heads keygen` 生成。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/language.py" />
            <source>The language changes when the program is started again.</source>
            <translation>语言将在重新启动程序后更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The last change could not be saved: the disk is full or cannot be reached. It stays on the screen.</source>
            <translation>无法保存最近的更改：磁盘已满或无法访问。更改仍保留在屏幕上。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <location filename="../../cxrviewer/reading/journal_file.py" />
            <source>The last changes may not be on the disk; check it.</source>
            <translation>最近的更改可能未写入磁盘；请检查磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_stores.py" />
            <source>The library can be used again.</source>
            <translation>影像库又可以使用了。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/self_hanging.py" />
            <source>The library knows an older study of this patient to compare, but its files are not connected, gone or changed.</source>
            <translation>资料库中有该患者可供对比的既往检查，但其文件未连接、已不存在或已更改。</translation>
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
            <translation>无法读取许可证文本；请重新安装程序。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>The line is drawn at half of the full colour.</source>
            <translation>线条画在满色的一半处。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>The line is too short or too long for this length; draw it anew.</source>
            <translation>此线对该长度而言过短或过长；请重新绘制。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>The line of known length would be too short; it stays as it was.</source>
            <translation>已知长度的线会过短；保持原样。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/record_store.py" />
            <source>The list of {name} ({file} in the heads folder) is damaged; move it away.</source>
            <translation>{name}列表（模型文件夹中的 {file}）已损坏；请将其移走。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/record_store.py" />
            <source>The list of {name} cannot be written; check the heads folder.</source>
            <translation>无法写入{name}列表；请检查模型文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/log.py" />
            <source>The log could not be written; check that the disk has room. The program goes on without one.</source>
            <translation>无法写入日志；请检查磁盘空间。程序将在没有日志的情况下继续运行。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/log.py" />
            <source>The log file cannot be written; the program runs without one.</source>
            <translation>无法写入日志文件；程序将在没有日志的情况下运行。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>The log holds no name, ID, date of birth, UID or path.</source>
            <translation>日志不含姓名、ID、出生日期、UID 或路径。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model answered with values that are no numbers.</source>
            <translation>模型返回的值不是数值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model answered with values that are no numbers; there is no map.</source>
            <translation>模型返回的值不是数值；没有热力图。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model did not answer within {seconds:.3g} seconds and was stopped.</source>
            <translation>模型在 {seconds:.3g} 秒内没有响应，已被停止。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model does not fit its manifest: {problems}.</source>
            <translation>模型与其清单不符：{problems}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>The model failed</source>
            <translation>模型失败</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model failed on this film: {detail}</source>
            <translation>模型处理此图像失败：{detail}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model failed {max_failures} times in a row and stays off until the program is restarted.</source>
            <translation>模型连续失败 {max_failures} 次，在重新启动程序之前保持关闭。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model file cannot be loaded: {detail}</source>
            <translation>无法加载模型文件：{detail}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model file is rejected: {problems}.</source>
            <translation>模型文件被拒绝：{problems}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model has been closed.</source>
            <translation>模型已关闭。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model has {width} outputs, but a finding asks for number {largest} (counted from 0).</source>
            <translation>模型有 {width} 个输出，但某征象要求第 {largest} 个（从 0 计）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The model head '{head}' cannot be loaded: {problem}</source>
            <translation>无法加载模型“{head}”：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>The model head cannot be approved: {other}</source>
            <translation>无法批准该模型：{other}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/model_pool.py" />
            <source>The model head cannot be used: {problem}.</source>
            <translation>无法使用该模型：{problem}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>The model head could not be brought back; check the heads folder.</source>
            <translation>无法恢复模型；请检查模型文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>The model head could not be removed; check the rights of the heads folder.</source>
            <translation>无法移除模型；请检查模型文件夹的权限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>The model head is back.</source>
            <translation>模型已恢复。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model head is damaged or was changed: {problems}.</source>
            <translation>模型已损坏或被更改：{problems}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>The model head was changed since its digest was shown; look at it again.</source>
            <translation>显示摘要后模型已被更改；请重新查看。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>The model head was not installed. Nothing of it is on this computer.</source>
            <translation>模型未安装。本机未留下任何内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The model head was not installed: {problem}</source>
            <translation>模型未安装：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>The model head {why}.</source>
            <translation>该模型{why}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model needs more memory than it is allowed.</source>
            <translation>模型所需内存超过上限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model process answered nonsense and was stopped.</source>
            <translation>模型进程返回了无效结果，已被停止。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model process could not be started; close other programs and try again.</source>
            <translation>无法启动模型进程；请关闭其他程序后重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The model process ended unexpectedly; it is started again for the next film.</source>
            <translation>模型进程意外结束；将在下一幅图像时重新启动。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's answer to its own test film differs by {worst:.2g} from the author's; do not use it.</source>
            <translation>模型对自带测试图像的结果与作者给出的相差 {worst:.2g}；请勿使用。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>The model's features have the wrong shape; nothing is shown for this film.</source>
            <translation>模型特征的形状不正确；此图像不显示结果。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's logits have the wrong shape.</source>
            <translation>模型 logits 的形状不正确。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's maps have the wrong shape.</source>
            <translation>模型热力图的形状不正确。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>The model's maps hold negative values.</source>
            <translation>模型热力图含负值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>The models that are on do not score this image, so there is nothing to find similar images by.</source>
            <translation>已启用的模型不为此图像评分，因此没有查找相似图像的依据。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>The name of this file in the ZIP is too long; it is not read.</source>
            <translation>ZIP 中此文件的名称过长，不予读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>The new template is not saved.</source>
            <translation>新模板尚未保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>The newer one:</source>
            <translation>较新的检查：</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>The newest prior at hand cannot be shown</source>
            <translation>现有的最近一次既往检查无法显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>The newest prior at hand, of {date}, cannot be shown</source>
            <translation>现有的最近一次既往检查（{date}）无法显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>The next older prior cannot be shown either</source>
            <translation>再早一次的既往检查也无法显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>The next older prior, of {date}, cannot be shown either</source>
            <translation>再早一次的既往检查（{date}）也无法显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_marks.py" />
            <source>The note is saved.</source>
            <translation>备注已保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>The older one:</source>
            <translation>既往检查：</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/replaced_files.py" />
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>The open film is no longer there</source>
            <translation>打开的图像已不存在</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/person_bar.py" />
            <source>The other one:</source>
            <translation>另一项检查：</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/overlays.py" />
            <source>The overlay in group {group} is damaged or lies outside the image; it is not drawn.</source>
            <translation>组 {group} 中的叠加层已损坏或位于图像之外；未绘制。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>The panel at the right shows what a model for research scored; that no finding is flagged does not rule out disease. Ctrl+K finds every command, and ? lists the keys.</source>
            <translation>右侧面板显示研究用模型的评分；没有标记所见并不能排除疾病。Ctrl+K 可查找所有命令，? 列出快捷键。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>The part of this program that reads files could not be started: close other programs and try again.</source>
            <translation>无法启动本程序读取文件的部分：请关闭其他程序后重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The patient is older than {max_age:g} years; this model was not made for that age.</source>
            <translation>患者超过 {max_age:g} 岁；此模型不适用于该年龄。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The patient is younger than {min_age:g} years; this model was not made for children.</source>
            <translation>患者不足 {min_age:g} 岁；此模型不适用于儿童。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>The patient's age is uncertain: {doubt}.</source>
            <translation>患者年龄不确定：{doubt}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The picture does not look like the frontal chest films this model was trained on; read it unaided.</source>
            <translation>该图像与此模型训练所用的正位胸片不相似；请自行阅片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The picture looks like a negative of a chest film; open the original, or a copy with its greys turned round.</source>
            <translation>图片看起来像胸片的负片；请打开原图，或将灰度反转后的副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>The picture shows next to nothing, as a blank or test exposure does, so there is nothing to score.</source>
            <translation>图像几乎没有内容（如空白或测试曝光），因此无可评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/pictures.py" />
            <source>The picture was not saved; check the folder, and that the disk has room.</source>
            <translation>图片未保存；请检查文件夹以及磁盘空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/pictures.py" />
            <source>The picture was saved.</source>
            <translation>图片已保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>The picture's EXIF data asks for a rotation; it is shown as stored.</source>
            <translation>图片的 EXIF 数据要求旋转；按存储方向显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The pixel data of this image ({label}) is cut short (the file ends too early): fetch it again.</source>
            <translation>此图像的像素数据（{label}）被截断（文件过早结束）：请重新获取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The pixel data of this image ({label}) is damaged and cannot be decoded. If the file was damaged on its way here, fetch it again.</source>
            <translation>此图像的像素数据（{label}）已损坏，无法解码。若文件在传输中损坏，请重新获取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>The pixels are {kind}, which is not what (0002,0010) Transfer Syntax UID says; they were decoded as what they are.</source>
            <translation>像素为 {kind}，与 (0002,0010) Transfer Syntax UID 不符；已按实际格式解码。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>The pixels of this file are cut short, so it is not copied.</source>
            <translation>此文件的像素数据不完整，因此未复制。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>The pixels of this image are not those the annotations were drawn on; check them.</source>
            <translation>此图像的像素与绘制标注时的不同；请核对标注。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>The prior has no score by this model and recipe.</source>
            <translation>既往检查没有由此模型和处理方式得出的评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>The prior of {date} cannot be shown</source>
            <translation>{date} 的既往检查无法显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>The prior of {date} has no score by this model and recipe.</source>
            <translation>{date} 的既往检查没有由此模型和处理方式得出的评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/runner.py" />
            <source>The program cannot be run: {detail}</source>
            <translation>无法运行该程序：{detail}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>The program was not approved and does not run.</source>
            <translation>该程序未获批准，不会运行。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The program was not approved: {problem}</source>
            <translation>该程序未获批准：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/paths.py" />
            <source>The program's resources folder is missing; install the program again.</source>
            <translation>缺少程序的资源文件夹；请重新安装程序。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The reading cannot be opened for writing; check the folder's rights.</source>
            <translation>无法打开阅片记录进行写入；请检查文件夹权限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The reading cannot be read or written; check the disk, and that it has room.</source>
            <translation>无法读取或写入该阅片记录；请检查磁盘及其可用空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal_file.py" />
            <source>The reading could not be brought back: its study has another one by now, or the disk failed.</source>
            <translation>无法恢复阅片记录：该检查现在已有另一份记录，或磁盘出错。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal_file.py" />
            <source>The reading could not be deleted; check the disk.</source>
            <translation>无法删除阅片记录；请检查磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>The reading could not be written anew; it goes on in its old file.</source>
            <translation>无法重写阅片记录；继续使用原文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>The report of an older study: a newer one is open beside it.</source>
            <translation>这是较早检查的报告：旁边打开了更新的检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_pages.py" />
            <source>The report was not printed; check the printer, and that the disk has room.</source>
            <translation>报告未打印；请检查打印机及磁盘可用空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>The report was not saved; check the folder, and that the disk has room.</source>
            <translation>报告未保存；请检查文件夹和磁盘空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>The report was saved.</source>
            <translation>报告已保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>The rescale could not be used: {error}. Stored values are shown instead.</source>
            <translation>重标定无法使用：{error}。改为显示存储值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>The research label is always written below. TIFF holds 16 bits of grey of the whole image. Text that is part of the pixels, and what you wrote on the image, stays.</source>
            <translation>下方始终写有科研用途标签。TIFF 以 16 位灰度保存整幅图像。属于像素的文字以及您写在图像上的内容会保留。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>The scoring of another window has ended; it left nothing to score here.</source>
            <translation>另一个窗口的评分已结束；此处没有需要评分的图像。</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>The scoring of another window has ended; {n:,} images are still without a score.</source>
            <extracomment>for one: The scoring of another window has ended; {n:,} image is still without a score.</extracomment>
            <translation>
                <numerusform>另一个窗口的评分已结束；仍有 {n:,} 幅图像没有评分。</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>The selected annotation has nothing to type.</source>
            <translation>所选标注没有可输入的内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings are of a newer version of this program and stay as they are; this version starts with its defaults and does not save changes.</source>
            <translation>设置来自本程序的更新版本，将保持原样；此版本以默认值启动，且不保存更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings could not be saved; check that the disk has room.</source>
            <translation>无法保存设置；请检查磁盘空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings file cannot be read; the program starts with its defaults.</source>
            <translation>无法读取设置文件；程序以默认值启动。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings file is damaged; the program starts with its defaults.</source>
            <translation>设置文件已损坏；程序以默认值启动。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/settings.py" />
            <source>The settings file was damaged and has been set aside as {set_aside_name}; defaults are in use.</source>
            <translation>设置文件已损坏，已另存为 {set_aside_name}；正在使用默认值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>The signature {signature_name} {what}; do not use this head.</source>
            <translation>签名 {signature_name} {what}；请勿使用此模型。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>The studies of the disc are listed once it is copied.</source>
            <translation>光盘复制完成后会列出其中的检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>The study date lies in the future: the date in the file or this computer's clock is wrong.</source>
            <translation>检查日期在将来：文件中的日期或本机时钟有误。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <source>The study is marked as new.</source>
            <translation>该检查已标为新。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <source>The study is marked as opened, not yet read.</source>
            <translation>该检查已标为打开过、未读。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <source>The study is marked as read.</source>
            <translation>该检查已标为已读。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/watch.py" />
            <source>The system cannot watch so many folders. They are not watched; a scan by hand finds what is new, and the administrator can raise the limit.</source>
            <translation>系统无法监视这么多文件夹，因此不进行监视；手动扫描可找到新内容，管理员可提高该上限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>The template could not be deleted; check the disk.</source>
            <translation>无法删除模板；请检查磁盘。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>The template could not be saved; check that the disk has room.</source>
            <translation>无法保存模板；请检查磁盘空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>The template is empty.</source>
            <translation>模板为空。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_comparison.py" />
            <source>The two images are not certainly of one person; their scores are not compared.</source>
            <translation>无法确定两幅图像属于同一人；不比较其评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/patients_beside.py" />
            <source>The viewports name different patients. Check who each image is of.</source>
            <translation>各视口中的患者信息不同。请核对每幅图像属于哪位患者。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>The window keeps working, but close and start it again before you trust what it shows. The lines below hold no patient data; please send them to whoever looks after this program.</source>
            <translation>窗口仍可工作，但在信任其显示内容之前请关闭并重新启动。下面各行不含患者数据；请发送给本程序的维护者。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>The worker process ended during the job.</source>
            <translation>工作进程在任务期间结束。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/protocol.py" />
            <source>The worker process gave an answer that is not valid.</source>
            <translation>工作进程返回了无效的结果。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/process.py" />
            <source>The worker process had ended before the job.</source>
            <translation>工作进程在任务之前已结束。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/self_hanging.py" />
            <source>The worklist holds no older study of this patient with an image to compare.</source>
            <translation>工作列表中没有该患者可供对比的既往检查图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>The worklist shows no film.</source>
            <translation>工作列表中没有图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>The zoom of this viewport goes with that of the others, or not</source>
            <translation>此视口的缩放是否与其他视口联动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>There are more than {limit:,} readings.</source>
            <translation>阅片记录超过 {limit:,} 份。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_comparison.py" />
            <source>There are no two scores of one model and recipe yet: wait until both images are scored, or score the studies in the library.</source>
            <translation>尚无由同一模型和处理方式得出的两个评分：请等待两幅图像评分完成，或在资料库中为这些检查评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <location filename="../../cxrviewer/studies/hanging.py" />
            <source>There are {most} rules already; delete one first.</source>
            <translation>已有 {most} 条规则；请先删除一条。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>There can be {n} templates; delete one first.</source>
            <translation>最多可有 {n} 个模板；请先删除一个。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>There is a DICOMDIR, but no other file.</source>
            <translation>只有 DICOMDIR，没有其他文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>There is a file of this name; a key is never overwritten.</source>
            <translation>已有同名文件；密钥不会被覆盖。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/query.py" />
            <source>There is no field “{field}:”; it is looked for as text.</source>
            <translation>没有“{field}:”这个字段；已按普通文字查找。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>There is no library yet: add a folder to it and score its images first.</source>
            <translation>尚无资料库：请先添加文件夹并为其中的图像评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is no map to compute for the chosen finding.</source>
            <translation>所选征象没有可计算的热力图。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/viewports.py" />
            <source>There is no other image beside this one: open the prior first.</source>
            <translation>此图像旁没有其他图像：请先打开既往检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>There is not enough memory for this file; close other programs and try again.</source>
            <translation>内存不足以打开此文件；请关闭其他程序后重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_comparison.py" />
            <source>There is nothing to compare: the models that are on do not score at least one of the two images; its row says why.</source>
            <translation>没有可比较的评分：已启用的模型不为两幅图像中的至少一幅评分；原因见该图像所在的行。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is nothing to redo.</source>
            <translation>没有可重做的内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is nothing to undo.</source>
            <translation>没有可撤销的内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>There is only one viewport.</source>
            <translation>只有一个视口。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>These folders have not been scanned to their end. “Resume” lists their studies.</source>
            <translation>这些文件夹尚未扫描完。“继续”会列出其中的检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>This</source>
            <translation>此操作</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This DICOM file holds no image ({name}).</source>
            <translation>此 DICOM 文件不含图像（{name}）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This DICOM file holds no image.</source>
            <translation>此 DICOM 文件不含图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>This DICOM file is damaged: its header cannot be read.</source>
            <translation>此 DICOM 文件已损坏：无法读取其文件头。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/header.py" />
            <source>This DICOM file is damaged: its header holds values that cannot be read.</source>
            <translation>此 DICOM 文件已损坏：其文件头含有无法读取的值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>This DICOM file is damaged: its header is empty.</source>
            <translation>此 DICOM 文件已损坏：其文件头为空。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/directory.py" />
            <source>This DICOM file is no DICOMDIR.</source>
            <translation>此 DICOM 文件不是 DICOMDIR。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/directory.py" />
            <source>This DICOMDIR is damaged: its records cannot be read.</source>
            <translation>此 DICOMDIR 已损坏：无法读取其记录。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dataset.py" />
            <source>This DICOMDIR is too large to be read (more than {values:,} values or {size} MiB). Open its folder instead: the images are found without it.</source>
            <translation>此 DICOMDIR 过大，无法读取（超过 {values:,} 个值或 {size} MiB）。请改为打开其所在文件夹：无需它也能找到图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This JPEG picture is of a kind this viewer does not read ({process}): save it as PNG, or as baseline or progressive JPEG.</source>
            <translation>本软件不读取此类 JPEG 图片（{process}）：请另存为 PNG，或基线/渐进式 JPEG。</translation>
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
            <translation>无法打开</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This colour image ({photometric}) is of a kind this viewer does not show.</source>
            <translation>本软件不显示此类彩色图像（{photometric}）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This colour picture holds 16 bits per channel; it is shown with 8.</source>
            <translation>此彩色图片每通道 16 位；以 8 位显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/inflate.py" />
            <source>This deflated file is too large to open.</source>
            <translation>此压缩（deflate）文件过大，无法打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file could not be read ({reason}).</source>
            <translation>无法读取此文件（{reason}）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/decoder/client.py" />
            <source>This file could not be read because of an error in this program; please report it. Details are in the log.</source>
            <translation>因本程序的错误无法读取此文件；请报告此问题。详情见日志。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/media.py" />
            <source>This file could not be read from the disc: it may be scratched or dirty.</source>
            <translation>无法从光盘读取此文件：光盘可能有划痕或污渍。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file does not exist any more: it was deleted, moved or renamed.</source>
            <translation>此文件已不存在：已被删除、移动或重命名。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>This file has changed since it was listed; name, picture and findings are those of its present content.</source>
            <translation>此文件在列出后已更改；姓名、图像和征象均来自其当前内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This file holds no image, so there is nothing to score.</source>
            <translation>此文件不含图像，因此无可评分。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/image.py" />
            <source>This file holds {frames} frames; number {number} is not among them.</source>
            <translation>此文件含 {frames} 帧，其中没有第 {number} 帧。</translation>
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
            <translation>此文件是图片，不是 DICOM 文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/directory.py" />
            <source>This file is a picture, not a DICOMDIR.</source>
            <translation>此文件是图片，不是 DICOMDIR。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/deidentify.py" />
            <source>This file is damaged in a way that no safe copy can be made of it.</source>
            <translation>此文件已损坏，无法制作安全的副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file is damaged: it cannot be read.</source>
            <translation>此文件已损坏：无法读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file is empty (0 bytes): copying it probably failed, fetch it again.</source>
            <translation>此文件为空（0 字节）：复制可能失败，请重新获取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file is neither a DICOM file nor a PNG or JPEG picture.</source>
            <translation>此文件既不是 DICOM 文件，也不是 PNG 或 JPEG 图片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file is no longer in the ZIP.</source>
            <translation>此文件已不在 ZIP 中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This file may not be read: ask for the right to read it.</source>
            <translation>无权读取此文件：请申请读取权限。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>This film cannot be shown</source>
            <translation>无法显示此图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This film has no display shutter.</source>
            <translation>此图像没有显示遮罩。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This film has no overlays.</source>
            <translation>此图像没有叠加层。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This film has no window {number}.</source>
            <translation>此图像没有第 {number} 个窗。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>This head is a Python program. It can do whatever your account can: read, change and delete films, reports and everything else, and send it over the network. No check of this viewer makes it safe. Approve it only if you wrote it, or have read it, or trust whoever gave it to you.</source>
            <translation>此模型是 Python 程序。它可以做您的账户能做的一切：读取、更改和删除图像、报告及其他任何内容，并通过网络发送。本软件的任何检查都不能保证其安全。仅当您编写了它、阅读过它，或信任提供者时才批准。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>This head needs another one's features, which were not given.</source>
            <translation>此模型需要另一模型的特征，但未提供。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image ({name}) has lost its pixel data: (7FE0,0010) is missing; fetch it again.</source>
            <translation>此图像（{name}）丢失了像素数据：缺少 (7FE0,0010)；请重新获取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image cannot be shown: (0028,0002) Samples per Pixel is {number}, and only 1 and 3 are defined.</source>
            <translation>无法显示此图像：(0028,0002) Samples per Pixel 为 {number}，而标准只定义了 1 和 3。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image cannot be shown: its {photometric} is missing or of a kind this viewer does not show.</source>
            <translation>无法显示此图像：其 {photometric} 缺失，或属于本软件不显示的类型。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image cannot be shown: {why}. Ask the archive for it in another transfer syntax.</source>
            <translation>无法显示此图像：{why}。请向归档系统索取其他传输语法的版本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image contradicts itself: (0028,0004) Photometric Interpretation says that it is in colour, and (0028,0002) Samples per Pixel says 1.</source>
            <translation>此图像自相矛盾：(0028,0004) Photometric Interpretation 为彩色，而 (0028,0002) Samples per Pixel 为 1。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image does not say how large it is: {name} is missing or 0.</source>
            <translation>此图像未说明尺寸：{name} 缺失或为 0。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image does not say whether its pixels are signed: (0028,0103) Pixel Representation is {number}, and only 0 and 1 are defined.</source>
            <translation>此图像未说明像素是否有符号：(0028,0103) Pixel Representation 为 {number}，而标准只定义了 0 和 1。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image has floating point pixels; this viewer shows films with 8 or 16 bits.</source>
            <translation>此图像含浮点像素；本软件只显示 8 或 16 位的图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This image has no VOI LUT.</source>
            <translation>此图像没有 VOI LUT。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/facts.py" />
            <source>This image has only one frame.</source>
            <translation>此图像只有一帧。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image has {number} bits per pixel; this viewer shows films with 8 or 16 ((0028,0100) Bits Allocated).</source>
            <translation>此图像每像素 {number} 位；本软件只显示 8 或 16 位的图像（(0028,0100) Bits Allocated）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image has {number} x {number2} pixels ((0028,0011) Columns, (0028,0010) Rows); this viewer shows at most {value} million.</source>
            <translation>此图像有 {number} x {number2} 像素（(0028,0011) Columns、(0028,0010) Rows）；本软件最多显示 {value} 百万像素。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image holds fewer pixels than its header says: {length} bytes of the {value} that (0028,0010) Rows, (0028,0011) Columns and (0028,0100) Bits Allocated ask for. It is not shown.</source>
            <translation>此图像的像素少于文件头所述：按 (0028,0010) Rows、(0028,0011) Columns 和 (0028,0100) Bits Allocated 应有 {value} 字节，实际为 {length} 字节。未显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image is damaged: its header holds values that cannot be used.</source>
            <translation>此图像已损坏：其文件头含有无法使用的值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>This image is not shown: {error}.</source>
            <translation>未显示此图像：{error}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/polarity.py" />
            <source>This image's (0028,0004) Photometric Interpretation has no grey scale.</source>
            <translation>此图像的 (0028,0004) Photometric Interpretation 没有灰阶。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This image's colour palette is damaged, so it cannot be shown.</source>
            <translation>此图像的调色板已损坏，因此无法显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is a colour picture; the model reads the grey levels of radiographs only.</source>
            <translation>这是彩色图片；模型只读取 X 线图像的灰度。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This is a folder, not a film: open it as a folder.</source>
            <translation>这是文件夹，不是图像：请作为文件夹打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is an {stated} film and this model reads {views} films only.</source>
            <translation>这是 {stated} 位图像，而此模型只读取 {views} 位图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>This is kept, but the disk is full, so the list still shows what was there before. Free some space, then open the library again.</source>
            <translation>此更改已保存，但磁盘已满，因此列表仍显示更改前的内容。请释放空间后重新打开资料库。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>This is kept, but the list still shows what was there before: {reason}</source>
            <translation>此更改已保存，但列表仍显示更改前的内容：{reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/trust.py" />
            <source>This is no fingerprint of a key; it has 20 letters and digits in four groups.</source>
            <translation>这不是密钥指纹；指纹由四组共 20 个字母和数字组成。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/audit.py" />
            <source>This is no validation. Decisions were made with the score in sight, and not on all images; the figures describe these decisions only.</source>
            <translation>这不是验证。判断是在看到评分的情况下作出的，且并非针对所有图像；这些数字只描述这些判断。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>This is not an ordinary file, so it is not read.</source>
            <translation>这不是普通文件，因此未读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/dicom_source.py" />
            <source>This is raw detector data (FOR PROCESSING), not meant for reading; heads reject it.</source>
            <translation>这是原始探测器数据（FOR PROCESSING），不用于阅片；模型会拒绝。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is raw detector data (FOR PROCESSING); the model reads images processed for reading only, so open the image FOR PRESENTATION instead.</source>
            <translation>这是原始探测器数据（FOR PROCESSING）；模型只读取为阅片处理过的图像，请改为打开 FOR PRESENTATION 图像。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>This is {name}; the model reads plain chest radiographs only.</source>
            <translation>这是{name}；模型只读取胸部 X 线平片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/store.py" />
            <source>This library keeps no notes.</source>
            <translation>此影像库不保存备注。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>This model head came with the program or a package and cannot be removed; switch it off instead.</source>
            <translation>此模型随程序或软件包提供，无法移除；可将其关闭。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>This model head is not a Python program; it needs no approval.</source>
            <translation>此模型不是 Python 程序；无需批准。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>This model makes no maps. One can be computed by covering the film patch by patch.</source>
            <translation>此模型不生成热力图。可通过逐块遮挡图像来计算。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>This note is not saved. Edit it and press Enter to save it.</source>
            <translation>此备注尚未保存。编辑后按 Enter 键保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture ends early: the file is cut short. Fetch it again.</source>
            <translation>此图片过早结束：文件被截断。请重新获取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture file holds several pictures; the first one is shown.</source>
            <translation>此图片文件含多幅图片；显示第一幅。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture has no pixels: its header states a width or height of 0.</source>
            <translation>此图片没有像素：其文件头中的宽度或高度为 0。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture holds a colour profile, which is not applied; its stored grey is shown.</source>
            <translation>此图片含颜色配置文件，未应用；显示其存储的灰度。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture holds printing inks (CMYK); its grey is computed from them without a colour profile.</source>
            <translation>此图片含印刷油墨（CMYK）；其灰度据此计算，不使用颜色配置文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture is damaged and cannot be decoded. If there is another copy, open that one.</source>
            <translation>此图片已损坏，无法解码。若有其他副本，请打开该副本。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/pictures.py" />
            <source>This picture is too large for JPEG: save it as PNG or TIFF.</source>
            <translation>此图片对 JPEG 来说过大：请保存为 PNG 或 TIFF。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture is too large: more than {pixels} million pixels, or more than {decoded} million bytes when decoded.</source>
            <translation>此图片过大：超过 {pixels} 百万像素，或解码后超过 {decoded} 百万字节。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>This picture states its own gamma, which is not applied; its stored grey is shown.</source>
            <translation>此图片自带伽马值，未应用；显示其存储的灰度。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/next_priors.py" />
            <source>This prior cannot be shown</source>
            <translation>此既往检查无法显示</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>This program is made of, besides its own code:</source>
            <translation>除自身代码外，本程序还包含：</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal_file.py" />
            <source>This reading cannot be deleted now: it is not on the disk, or not this window's.</source>
            <translation>现在无法删除此阅片记录：它不在磁盘上，或不属于本窗口。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>This reading is open in another window; close it there first.</source>
            <translation>此阅片记录已在另一窗口中打开；请先在那里关闭。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/journal.py" />
            <source>This reading was saved by a newer version of this program. It is left unchanged; use that version to open it.</source>
            <translation>此阅片记录由本程序的更新版本保存。已保持原样；请用该版本打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/opening.py" />
            <source>This study cannot be opened: its disc or folder is not connected, or was changed. Connect it and try again, or scan it again.</source>
            <translation>无法打开此检查：其光盘或文件夹未连接，或内容已更改。请连接后重试，或重新扫描。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/opening.py" />
            <location filename="../../cxrviewer/studies/index/store.py" />
            <source>This study is no longer in the library.</source>
            <translation>此检查已不在影像库中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <source>This study is not in the library; add its folder there first.</source>
            <translation>此检查不在资料库中；请先将其文件夹添加到资料库。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <source>This study is open in another window. Here its annotations can be looked at, not changed.</source>
            <translation>此检查已在另一窗口中打开。此处只能查看标注，不能更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>This study is open in another window. Its report can be read here, not changed.</source>
            <translation>此检查已在另一窗口中打开。此处只能查看其报告，不能更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>This system's SQLite has no full-text search (FTS5), which the library needs.</source>
            <translation>本系统的 SQLite 没有影像库所需的全文搜索（FTS5）。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Three films side by side</source>
            <translation>三幅并排</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Three viewports side by side</source>
            <translation>三个视口并排</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Threshold</source>
            <translation>阈值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>Thumbnail</source>
            <translation>缩略图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/timeline_strip.py" />
            <source>Timeline</source>
            <translation>时间线</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/main_window.py" />
            <source>Tools</source>
            <translation>工具</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>Tour of the window</source>
            <translation>窗口导览</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>True length of the line in millimetres</source>
            <translation>该线的实际长度（毫米）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>True si&amp;ze</source>
            <translation>真实大小(&amp;Z)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>Try again with more time</source>
            <translation>用更长时间重试</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Turbo</source>
            <translation>Turbo</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn black and white round</source>
            <translation>黑白反转</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn l&amp;eft</source>
            <translation>向左旋转(&amp;E)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn the film anticlockwise by 90 degrees</source>
            <translation>将图像逆时针旋转 90 度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turn the film clockwise by 90 degrees</source>
            <translation>将图像顺时针旋转 90 度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Turning and flipping in this viewport turns and flips the others, or not</source>
            <translation>在此视口旋转和翻转时，其他视口是否随之旋转和翻转</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/monitor_pattern.py" />
            <source>Two faint squares should be seen in every field, about equally well from black to white, and the fine lines should not blur. This shows a monitor that is out of order; it does not calibrate one.</source>
            <translation>每个区块中都应能看到两个隐约的小方块，从黑到白清晰程度大致相同，细线不应模糊。本测试图只能显示显示器是否异常，并不对其进行校准。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Two films side by side</source>
            <translation>两幅并排</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>Two rows of two films</source>
            <translation>两行，每行两幅</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Two viewports side by side</source>
            <translation>两个视口并排</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/command_palette.py" />
            <source>Type a few letters of a command</source>
            <translation>输入命令的几个字符</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Type a length above 0 and at most {most:,} millimetres.</source>
            <translation>请输入大于 0 且不超过 {most:,} 毫米的长度。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Type a number of millimetres, such as 25 or 12.5.</source>
            <translation>请输入毫米数，例如 25 或 12.5。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Type at least one character.</source>
            <translation>请至少输入一个字符。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Type at most {most:,} characters.</source>
            <translation>最多输入 {most:,} 个字符。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Type the words of a text or an arrow, or the length of a calibration line, anew</source>
            <translation>重新输入文字或箭头的文本，或校准线的长度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>UID not unique</source>
            <translation>UID 重复</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/charset.py" />
            <source>UTF-8</source>
            <translation>UTF-8</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>Undone on another film or frame of this study. Redo brings it back.</source>
            <translation>已撤销本检查中另一幅图像或另一帧上的操作，重做即可恢复。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>Unknown study</source>
            <translation>未知检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/screen_size.py" />
            <source>Use the size the screen reports</source>
            <translation>使用屏幕报告的尺寸</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/screen_size.py" />
            <source>Use this length</source>
            <translation>使用此长度</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>VOI LUT</source>
            <translation>VOI LUT</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>VOI LUT {number}</source>
            <translation>VOI LUT {number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>VR</source>
            <translation>VR</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tags_dialog.py" />
            <source>Value</source>
            <translation>值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/region_dialog.py" />
            <source>Values of the region</source>
            <translation>区域数值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/qt/about.py" />
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Viewport &amp;before</source>
            <translation>上一个视口(&amp;B)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Viewport&amp;s</source>
            <translation>视口(&amp;S)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>Viridis</source>
            <translation>Viridis</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/opened_paths.py" />
            <source>Waiting for the drive or network folder to answer. If it does not, check its connection; everything else can be opened meanwhile.</source>
            <translation>正在等待驱动器或网络文件夹响应。如果一直没有响应，请检查连接；在此期间可以打开其他内容。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <location filename="../../cxrviewer/presenters/library_watch.py" />
            <source>Watching the folders</source>
            <translation>监视文件夹</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/about.py" />
            <source>What is &amp;new</source>
            <translation>新增内容(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/timeline_strip.py" />
            <source>What is flagged in the current film</source>
            <translation>当前图像中标出的征象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>What it does</source>
            <translation>作用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <source>What you draw in this study cannot be saved: {reason}</source>
            <translation>您在此检查中绘制的内容无法保存：{reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/readings.py" />
            <source>What you draw in this study is not saved at the moment. Saving is tried again until it works.</source>
            <translation>您在此检查中绘制的内容目前未保存。程序会不断重试，直到成功。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shelf_dialog.py" />
            <source>What you drew, decided and wrote, by study. A file with exported readings names no patient.</source>
            <translation>您绘制、判断和书写的内容，按检查列出。导出的文件不含患者姓名。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>Wheel</source>
            <translation>滚轮</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>Where covering lowers the probability: {method}, {columns} × {rows} cells, {head}. No Grad-CAM, no lesion outline. Full colour: {full} less.</source>
            <translation>遮盖后概率降低的位置：{method}，{columns} × {rows} 格，{head}。不是 Grad-CAM，也不是病灶轮廓。满色：降低 {full}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>Where the model looked: {method}, {columns} × {rows} cells, {head}. Not a lesion outline.</source>
            <translation>模型关注的位置：{method}，{columns} × {rows} 格，{head}。不是病灶轮廓。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Why files were skipped</source>
            <translation>跳过文件的原因</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>Why films were not scored</source>
            <translation>图像未评分的原因</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>Why it cannot be used</source>
            <translation>无法使用的原因</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Why were files s&amp;kipped?</source>
            <translation>为何跳过文件(&amp;K)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Width and &amp;level</source>
            <translation>窗宽和窗位(&amp;L)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window and inversion of this viewport go with those of the others, or not</source>
            <translation>此视口的窗宽窗位和反相是否与其他视口联动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window for bones, from the brightest part of the exposed field</source>
            <translation>骨骼窗，取自曝光野中最亮的部分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window for heart and mediastinum, from the brighter part of the exposed field</source>
            <translation>心脏和纵隔窗，取自曝光野中较亮的部分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window for the lungs, from the darker part of the exposed field</source>
            <translation>肺窗，取自曝光野中较暗的部分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window from the film's own 1st to 99th percentile</source>
            <translation>按图像自身的第 1 至第 99 百分位设定窗</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>Window {number}</source>
            <translation>窗 {number}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window {number} of the film's own</source>
            <translation>图像自带的第 {number} 个窗</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window, inversion, turn and zoom as when the film was opened</source>
            <translation>将窗宽窗位、反相、旋转和缩放恢复为打开时的状态</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Window, zoom, place, turn and flip follow the other viewports, and they follow it</source>
            <translation>窗宽窗位、缩放、位置、旋转和翻转与其他视口相互联动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/picture_dialog.py" />
            <source>With &amp;name, number and date</source>
            <translation>包含姓名、编号和日期(&amp;N)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>Withdrawing…</source>
            <translation>正在撤回…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>Without an uncertainty nobody can tell a change from chance. No change shown does not mean that nothing has changed.</source>
            <translation>没有不确定度就无法区分变化与偶然波动。“未显示变化”并不表示没有变化。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>Without its picture a film has no findings.</source>
            <translation>没有图像就没有征象。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>Words at the arrow</source>
            <translation>箭头处的文字</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/copies_dialog.py" />
            <source>Words such as chest, PA or portable stay in descriptions of study and series; all others go.</source>
            <translation>检查和序列描述中保留 chest、PA、portable 等词；其余全部删除。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>Worklist</source>
            <translation>工作列表</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Write a comment on the chosen finding</source>
            <translation>为所选征象写备注</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Write on the image</source>
            <translation>在图像上书写文字</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Write the impression, see the report, save, print or copy it</source>
            <translation>书写印象，查看、保存、打印或复制报告</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/hanging_dialog.py" />
            <source>Your own file with rules has problems, so none of its rules is used. It is left as it is.</source>
            <translation>您自己的规则文件存在问题，因此其中的规则均未采用。该文件保持原样。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>Your own hanging rules are not used: {problem}.</source>
            <translation>未使用您自己的挂片规则：{problem}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>ZIP or DICOMDIR (*.zip *.ZIP DICOMDIR dicomdir);;All files (*)</source>
            <translation>ZIP 或 DICOMDIR (*.zip *.ZIP DICOMDIR dicomdir);;所有文件 (*)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Zoom &amp;in</source>
            <translation>放大(&amp;I)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/table.py" />
            <source>Zoom &amp;out</source>
            <translation>缩小(&amp;O)</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a CT image</source>
            <translation>CT 图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a PET image</source>
            <translation>PET 图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>a Python program, {approved}</source>
            <translation>Python 程序，{approved}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>a decoder for this transfer syntax, which this program does not include</source>
            <translation>此传输语法的解码器，本程序不包含</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>a decoder for {family}, which this program does not include</source>
            <translation>{family} 的解码器，本程序不包含</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a fluoroscopy image</source>
            <translation>透视图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a nuclear medicine image</source>
            <translation>核医学图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>a pack</source>
            <translation>模型包</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a report</source>
            <translation>报告</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a secondary capture</source>
            <translation>二次采集图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>a treatment plan</source>
            <translation>治疗计划</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>abdomen</source>
            <translation>腹部</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>abdomen and pelvis</source>
            <translation>腹部和骨盆</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>age (only where the report names the patient)</source>
            <translation>年龄（仅当报告写明患者时）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>all measurements, one per line</source>
            <translation>全部测量，每行一项</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an MR image</source>
            <translation>MR 图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>an RLE segment ends early</source>
            <translation>一个 RLE 段过早结束</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>an RLE segment is damaged</source>
            <translation>一个 RLE 段已损坏</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an angiography image</source>
            <translation>血管造影图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an image of unknown origin</source>
            <translation>来源不明的图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>an ultrasound image</source>
            <translation>超声图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>ankle</source>
            <translation>踝</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>another folder has this head's name; remove it first.</source>
            <translation>另一文件夹与此模型同名；请先将其移除。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>any projection</source>
            <translation>任意体位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>approved on this computer</source>
            <translation>已在本机批准</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/approval.py" />
            <source>approved programs</source>
            <translation>已批准程序</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>arithmetic coding</source>
            <translation>算术编码</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>arm</source>
            <translation>上肢</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>at its first element</source>
            <translation>（在其第一个元素处）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>at {tag}</source>
            <translation>（在 {tag} 处）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>awaits approval</source>
            <translation>等待批准</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>bad signature</source>
            <translation>签名错误</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>behind {tag}</source>
            <translation>（在 {tag} 之后）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>binary</source>
            <translation>二进制</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>bones</source>
            <translation>骨骼</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>born {date}</source>
            <translation>出生于 {date}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>breast</source>
            <translation>乳腺</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>came with the program</source>
            <translation>随程序提供</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>cancel, deselect, leave the drawing tool</source>
            <translation>取消、取消选择、退出绘图工具</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>cannot be decoded</source>
            <translation>无法解码</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>cannot be read; it may be damaged, or of a newer version</source>
            <translation>无法读取；可能已损坏，或来自较新版本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>carina</source>
            <translation>隆突</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>cervical spine</source>
            <translation>颈椎</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>changed: scan again</source>
            <translation>内容已更改：请重新扫描</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>child</source>
            <translation>儿童</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>clavicle</source>
            <translation>锁骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>close a polygon, place the tool's annotation in the middle, or edit words</source>
            <translation>闭合多边形、将工具的标注放在中央，或编辑文字</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>coccyx</source>
            <translation>尾骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>colour picture</source>
            <translation>彩色图片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>colour picture, no window</source>
            <translation>彩色图片，无窗宽窗位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>comments on findings, one per line</source>
            <translation>对征象的备注，每行一项</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>could not be read because of an error in this program; please report it</source>
            <translation>因本程序的错误而无法读取；请报告此问题</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>could not be read within the limits of memory and time; it is damaged, or was made to attack</source>
            <translation>在内存和时间上限内无法读取；它已损坏，或为攻击而制作</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>could not be read, because the process that reads heads did not start; close other programs and try again</source>
            <translation>无法读取，因为读取模型的进程未能启动；请关闭其他程序后重试</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>could not be scored</source>
            <translation>无法评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>crosses itself, no area</source>
            <translation>自相交，无面积</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>current study, {projection}</source>
            <translation>当前检查，{projection}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/further_window.py" />
            <source>cxrviewer, further window</source>
            <translation>cxrviewer，附加窗口</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>date of the study (only where the report names the patient)</source>
            <translation>检查日期（仅当报告写明患者时）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_opening.py" />
            <location filename="../../cxrviewer/presenters/messages.py" />
            <location filename="../../cxrviewer/presenters/similar.py" />
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>date unknown</source>
            <translation>日期不详</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>default</source>
            <translation>默认</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>does not fit head.toml: one of the two was changed, or belongs to another head</source>
            <translation>与 head.toml 不符：其中之一被更改，或属于其他模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>does not run before you approve it</source>
            <translation>在您批准之前不会运行</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>elbow</source>
            <translation>肘</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/screen.py" />
            <source>every pixel shown</source>
            <translation>显示每个像素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/screen.py" />
            <source>every pixel shown, as squares</source>
            <translation>显示每个像素（方块）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/screen.py" />
            <source>every pixel shown, smoothed between</source>
            <translation>显示每个像素（像素间平滑）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>extremity</source>
            <translation>四肢</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>face</source>
            <translation>面部</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>femur</source>
            <translation>股骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>fibula</source>
            <translation>腓骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>file deleted or moved</source>
            <translation>文件已删除或移动</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>files that were read</source>
            <translation>已读取文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>findings the reader does not see, with commas</source>
            <translation>阅片者认为不存在的征象，以顿号分隔</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>findings the reader sees, with commas</source>
            <translation>阅片者认为存在的征象，以顿号分隔</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>finger</source>
            <translation>手指</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/image_canvas.py" />
            <source>fit {percent:.0f} %</source>
            <translation>适合窗口 {percent:.0f} %</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>flagged: {a} agree, {b} disagree; not flagged: {c} agree, {d} disagree</source>
            <translation>已提示：{a} 同意，{b} 不同意；未提示：{c} 同意，{d} 不同意</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>foot</source>
            <translation>足</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>forearm</source>
            <translation>前臂</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/report.py" />
            <source>frame {number}</source>
            <translation>第 {number} 帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>frame {number} of {frames}</source>
            <translation>第 {number} 帧，共 {frames} 帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>frontal</source>
            <translation>正位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>full range</source>
            <translation>全范围</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>hand</source>
            <translation>手</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>hangs the present study</source>
            <translation>用于当前检查</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>head</source>
            <translation>头部</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>head</source>
            <comment>report</comment>
            <translation>模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>head.toml cannot be used</source>
            <translation>head.toml 无法使用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>head.toml: could not be read</source>
            <translation>head.toml：无法读取</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>header window</source>
            <translation>文件头窗</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>heel</source>
            <translation>足跟</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>higher</source>
            <comment>change of a score</comment>
            <translation>升高</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>hip</source>
            <translation>髋</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>impression</source>
            <translation>印象</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>in a viewport</source>
            <translation>在视口中</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/elements.py" />
            <source>in {tag}</source>
            <translation>（在 {tag} 内）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>installed on this computer</source>
            <translation>安装在本机</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>is a Python program that nobody on this computer has approved; see `cxrviewer heads approve`</source>
            <translation>是本机无人批准的 Python 程序；参见 `cxrviewer heads approve`</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>is a Python program, which the installed program never runs; run cxrviewer from source</source>
            <translation>是 Python 程序，安装版从不运行此类模型；请从源代码运行 cxrviewer</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/discover.py" />
            <source>is already taken by another head</source>
            <translation>已被其他模型占用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>is damaged</source>
            <translation>已损坏</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/signature.py" />
            <source>is not a signature file of this program</source>
            <translation>不是本程序的签名文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>it could not be put in place; check the heads folder.</source>
            <translation>无法安装就位；请检查模型文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>it has {segments} RLE segments, and (0028,0100) Bits Allocated and (0028,0002) Samples per Pixel ask for {value}</source>
            <translation>它有 {segments} 个 RLE 段，而 (0028,0100) Bits Allocated 和 (0028,0002) Samples per Pixel 要求 {value} 个</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>it holds a Python program. A pack never does; such heads are installed as folders.</source>
            <translation>它含有 Python 程序。模型包从不含程序；此类模型以文件夹形式安装。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it holds an array twice, or one of another size than it says</source>
            <translation>它含有重复的数组，或大小与声明不符的数组</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it is compressed in a way this program does not read</source>
            <translation>其压缩方式本程序无法读取</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>it is not a plain file.</source>
            <translation>它不是普通文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it is not a zip file, is cut short, or has something behind its end</source>
            <translation>它不是 zip 文件、被截断，或结尾之后还有内容</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>it unpacks to more than {value} MiB</source>
            <translation>解压后超过 {value} MiB</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>its (0002,0010) Transfer Syntax UID is none of the standard, so nothing says how its pixels are written</source>
            <translation>其 (0002,0010) Transfer Syntax UID 不属于标准，因此无从得知像素的写法</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its RLE segments hold more pixels than (0028,0010) Rows and (0028,0011) Columns say, so the rows would be put together wrongly</source>
            <translation>其 RLE 段的像素多于 (0028,0010) Rows 和 (0028,0011) Columns 所述，各行会拼接错误</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its array must have at most {max_dimensions} dimensions, none of them empty</source>
            <translation>其数组最多 {max_dimensions} 维，且均不得为空</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream has more bits than (0028,0100) Bits Allocated says</source>
            <translation>其码流位数多于 (0028,0100) Bits Allocated 所述</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream has {bits} bits per sample, and (0028,0100) Bits Allocated says {allocated}</source>
            <translation>其码流每样本 {bits} 位，而 (0028,0100) Bits Allocated 为 {allocated}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream has {samples} samples per pixel, and (0028,0002) Samples per Pixel says {header_samples}</source>
            <translation>其码流每像素 {samples} 个样本，而 (0028,0002) Samples per Pixel 为 {header_samples}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream holds another kind of picture than the header says</source>
            <translation>其码流的图像类型与文件头不符</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>its code stream holds {columns} x {rows} pixels, and the header says {header_columns} x {header_rows} ((0028,0011) Columns, (0028,0010) Rows)</source>
            <translation>其码流含 {columns} x {rows} 像素，而文件头为 {header_columns} x {header_rows}（(0028,0011) Columns、(0028,0010) Rows）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its header is not that of an array of plain numbers</source>
            <translation>其头部不是普通数值数组的头部</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its header is too long or cut short</source>
            <translation>其头部过长或被截断</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>its signature does not fit: the head was changed, or is another one</source>
            <translation>签名不符：模型被更改，或是另一个模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>its size does not fit the shape in its header</source>
            <translation>其大小与头部中的形状不符</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>jaw</source>
            <translation>颌骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>keep a distance or caliper horizontal or vertical</source>
            <translation>使距离或卡尺保持水平或垂直</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>key image</source>
            <translation>关键图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>knee</source>
            <translation>膝</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>lateral</source>
            <translation>侧位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>left</source>
            <translation>左</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>lossless</source>
            <translation>无损</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>lower</source>
            <comment>change of a score</comment>
            <translation>降低</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>lower leg</source>
            <translation>小腿</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>lower limb</source>
            <translation>下肢</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>lumbar spine</source>
            <translation>腰椎</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>magnify what lies under the cursor</source>
            <translation>放大光标下的内容</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>makes no maps</source>
            <translation>不生成热力图</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/region.py" />
            <source>mean {mean}, SD {deviation}, {lowest} to {highest} {unit}</source>
            <translation>均值 {mean}，标准差 {deviation}，{lowest} 至 {highest} {unit}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>menu</source>
            <translation>菜单</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>mirrored</source>
            <translation>左右镜像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>more than one frame</source>
            <translation>多于一帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>move it, or the end under the cursor</source>
            <translation>移动它，或移动光标下的端点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>move the selected annotation or point by 1 pixel, with Shift by 10</source>
            <translation>将所选标注或点移动 1 像素，按住 Shift 移动 10 像素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>name of the patient (only where the report names the patient)</source>
            <translation>患者姓名（仅当报告写明患者时）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>neck</source>
            <translation>颈部</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>new</source>
            <comment>status of a study</comment>
            <translation>新</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>newest prior, {projection}</source>
            <translation>最近的既往检查，{projection}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>next or previous frame of a multi-frame image, with Shift by ten</source>
            <translation>多帧图像的下一帧或上一帧；同时按 Shift 跳十帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>no ID</source>
            <translation>无 ID</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>no change shown</source>
            <translation>未显示变化</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>no evidence</source>
            <translation>无验证数据</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>no evidence</source>
            <comment>map</comment>
            <translation>无依据</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>no films</source>
            <translation>无图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>no interval stated</source>
            <translation>未给出区间</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>no maps of its own; by occlusion when asked for</source>
            <translation>自身不生成热力图；可按要求用遮挡法计算</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>no pixel with a value inside</source>
            <translation>内部没有带值的像素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>no plain radiograph</source>
            <translation>非 X 线平片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>none above threshold</source>
            <translation>无高于阈值者</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>none stated</source>
            <translation>未给出</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>not a chest film</source>
            <translation>不是胸片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>not a frontal film</source>
            <translation>不是正位片</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>not a radiograph</source>
            <translation>不是 X 线图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>not known</source>
            <translation>未知</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>not scanned to its end</source>
            <translation>未扫描完</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist_rows.py" />
            <source>not scored yet</source>
            <translation>尚未评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>not scored: the model cannot be used</source>
            <translation>未评分：模型无法使用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>not scored: the model failed</source>
            <translation>未评分：模型失败</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>not scored: {title}</source>
            <translation>未评分：{title}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>not signed; it is part of the program</source>
            <translation>未签名；它是程序的一部分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>not synced</source>
            <translation>未同步</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>not usable</source>
            <translation>无法使用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>not validated</source>
            <translation>未验证</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>of the Python package {package}</source>
            <translation>来自 Python 包 {package}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>off</source>
            <translation>关闭</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <location filename="../../cxrviewer/qt/timeline_strip.py" />
            <source>offline</source>
            <translation>离线</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>offline, still listed</source>
            <translation>离线，仍列出</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads_state.py" />
            <source>on</source>
            <translation>启用</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>one of several viewports alone, and back</source>
            <translation>仅显示多个视口之一，再次双击恢复</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>open an image in another viewport</source>
            <translation>在另一视口中打开图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>open files and folders, install a .cxrhead</source>
            <translation>打开文件和文件夹，安装 .cxrhead</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>opened</source>
            <comment>status of a study</comment>
            <translation>已打开</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>outdated: none above threshold</source>
            <translation>已过时：无高于阈值者</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>overlays off</source>
            <translation>叠加层已关闭</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>pan</source>
            <translation>平移</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>patella</source>
            <translation>髌骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>pelvis</source>
            <translation>骨盆</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/voi.py" />
            <source>percentiles</source>
            <translation>百分位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>place</source>
            <translation>位置</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>place {number} stays empty: {place}</source>
            <translation>第 {number} 个位置为空：{place}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>prior number {back}, {projection}</source>
            <translation>倒数第 {back} 次既往检查，{projection}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>rare coding</source>
            <translation>罕见编码</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>raw detector data</source>
            <translation>原始探测器数据</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>read</source>
            <comment>status of a study</comment>
            <translation>已读</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>reader agrees</source>
            <translation>阅片者同意</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>reader disagrees</source>
            <translation>阅片者不同意</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/trust.py" />
            <source>remembered keys</source>
            <translation>已记住的密钥</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/screen.py" />
            <source>resampled</source>
            <translation>已重采样</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>right</source>
            <translation>右</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>sacrum</source>
            <translation>骶骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>scale fixed by the head</source>
            <translation>色标由模型固定</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>scapula</source>
            <translation>肩胛骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>scoring…</source>
            <translation>正在评分…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>scoring… · {words}</source>
            <translation>正在评分… · {words}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/about.py" />
            <source>see its own files</source>
            <translation>见其自带文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>select the next annotation, with Shift the previous one</source>
            <translation>选择下一个标注，按住 Shift 选择上一个</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>sex (only where the report names the patient)</source>
            <translation>性别（仅当报告写明患者时）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>shipped</source>
            <translation>随程序提供</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>shoulder</source>
            <translation>肩</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>shutter off</source>
            <translation>显示遮罩已关闭</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>sides not marked</source>
            <translation>未标左右</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>signed</source>
            <translation>已签名</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>signed with the key {key} (a key not known here)</source>
            <translation>由密钥 {key} 签名（本机未知的密钥）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>signed with the key {key} (a known key)</source>
            <translation>由密钥 {key} 签名（已知密钥）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>sinuses</source>
            <translation>鼻窦</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>skull</source>
            <translation>颅骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>so no sides are marked and nothing is turned; check the sides at the source.</source>
            <translation>因此未标左右，也未旋转；请在来源处核对左右。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>spine</source>
            <translation>脊柱</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>starting…</source>
            <translation>正在启动…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>sternum</source>
            <translation>胸骨</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>switched off</source>
            <translation>已关闭</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>synced</source>
            <translation>已同步</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>synced: {what}</source>
            <translation>已同步：{what}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>take the last point back</source>
            <translation>撤回上一点</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>teeth</source>
            <translation>牙齿</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>the cardiothoracic ratio</source>
            <translation>心胸比</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>the chosen tool: window, zoom, pan or one that draws</source>
            <translation>所选工具：窗宽窗位、缩放、平移或绘图工具</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the components of the compressed image have different sizes</source>
            <translation>压缩图像各分量的尺寸不同</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>the compressed image does not begin like one</source>
            <translation>压缩图像的开头不正确</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image does not say how large it is</source>
            <translation>压缩图像未说明尺寸</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image ends early</source>
            <translation>压缩图像过早结束</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image ends inside its header</source>
            <translation>压缩图像在其头部内结束</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has floating point pixels</source>
            <translation>压缩图像含浮点像素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has more scans than any encoder writes</source>
            <translation>压缩图像的扫描数多于任何编码器所写</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has no SIZ marker</source>
            <translation>压缩图像没有 SIZ 标记</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has no pixels</source>
            <translation>压缩图像没有像素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image has no signature</source>
            <translation>压缩图像没有签名</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/streams.py" />
            <source>the compressed image is not in its container</source>
            <translation>压缩图像不在其容器内</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>the current film</source>
            <translation>当前图像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/sniff.py" />
            <source>the drive did not answer</source>
            <translation>驱动器没有响应</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>the features of {id} {version}</source>
            <translation>{id} {version} 的特征</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/hanging.py" />
            <source>the file cannot be read</source>
            <translation>无法读取该文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the file is larger than the allowed {value} MiB.</source>
            <translation>文件超过允许的 {value} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the folder holds more than {value} MiB.</source>
            <translation>文件夹超过 {value} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/fragments.py" />
            <source>the frame is missing</source>
            <translation>缺少该帧</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/radiograph.py" />
            <source>the header gives an age above 130 years</source>
            <translation>文件头中的年龄超过 130 岁</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>the header is longer; its end is not listed</source>
            <translation>文件头更长；未列出其末尾</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>the id {id} belongs to a head that came with the program or a package; give the new one its own.</source>
            <translation>标识 {id} 属于随程序或软件包提供的模型；请为新模型另取标识。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>the id {id} is taken by a head of other authors; remove that one first.</source>
            <translation>标识 {id} 已被其他作者的模型占用；请先移除该模型。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>the model failed</source>
            <translation>模型失败</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/fragments.py" />
            <source>the pixel data does not begin with an item</source>
            <translation>像素数据的开头不是条目</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/fragments.py" />
            <source>the pixel data has too many fragments</source>
            <translation>像素数据的片段过多</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/pixel_data.py" />
            <source>the pixels are neither compressed nor as many as the header says</source>
            <translation>像素既未压缩，数量也与文件头不符</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>the study is of another body part</source>
            <translation>该检查为其他部位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>the study is of another modality</source>
            <translation>该检查为其他设备类型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>the table of RLE segments is damaged</source>
            <translation>RLE 段表已损坏</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>the zip file holds more than {files} files</source>
            <translation>zip 文件含有超过 {files} 个文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the zip file holds more than {max_files} files.</source>
            <translation>zip 文件含有超过 {max_files} 个文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the zip file is damaged.</source>
            <translation>zip 文件已损坏。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>the zip file is split or has a comment</source>
            <translation>zip 文件被分卷或带有注释</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>the zip file unpacks to more than {value} MiB.</source>
            <translation>zip 文件解压后超过 {value} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/codecs.py" />
            <source>there are fewer pixels than the header says</source>
            <translation>像素少于文件头所述</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>there is no such file or folder.</source>
            <translation>没有这样的文件或文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>there is not enough room on the disk.</source>
            <translation>磁盘空间不足。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>thigh</source>
            <translation>大腿</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>this is not a .npy file</source>
            <translation>这不是 .npy 文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>this is not a readable .npz file</source>
            <translation>这不是可读取的 .npz 文件</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>thoracic spine</source>
            <translation>胸椎</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <source>threshold {percent}</source>
            <translation>阈值 {percent}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>thumb</source>
            <translation>拇指</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>toe</source>
            <translation>足趾</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>true size at the detector</source>
            <translation>探测器平面真实大小</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>true size in the patient, calibrated</source>
            <translation>患者体内真实大小（已校准）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>true size in the patient, corrected for magnification</source>
            <translation>患者体内真实大小（已校正放大率）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>tube tip</source>
            <translation>导管尖端</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>turn</source>
            <translation>旋转</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/turn.py" />
            <source>turned 180°</source>
            <translation>已旋转 180°</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/turn.py" />
            <source>turned 90° left</source>
            <translation>已左转 90°</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/turn.py" />
            <source>turned 90° right</source>
            <translation>已右转 90°</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>uncertain age</source>
            <translation>年龄不确定</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>unlike the films the model knows</source>
            <translation>与模型所知的图像不相似</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>unloaded while idle · the next film starts it</source>
            <translation>闲置时已卸载 · 下一幅图像将启动它</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>unsigned</source>
            <translation>未签名</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>unsigned: nothing shows who made it</source>
            <translation>未签名：无法得知由谁制作</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>upper arm</source>
            <translation>上臂</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>upper limb</source>
            <translation>上肢</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>upside down</source>
            <translation>上下颠倒</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>version {version} is installed, which is newer than {version2}; remove it first, or use `cxrviewer heads install --force`.</source>
            <translation>已安装版本 {version}，比 {version2} 更新；请先将其移除，或使用 `cxrviewer heads install --force`。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>version {version} of {id} is installed with other content; a changed head needs a new number.</source>
            <translation>已安装内容不同的 {id} 版本 {version}；更改后的模型需要新的版本号。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/templates.py" />
            <source>views of the images</source>
            <translation>图像的体位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>was not read within half a minute; its drive may not answer</source>
            <translation>半分钟内未能读取；其驱动器可能没有响应</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>watched</source>
            <translation>监视中</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>whole body</source>
            <translation>全身</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>window</source>
            <translation>窗宽窗位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>with a comment</source>
            <translation>有备注</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>with top and bottom exchanged</source>
            <translation>上下镜像</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>would fit, but an earlier rule hangs the study</source>
            <translation>可以采用，但已有更靠前的规则</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/terms.py" />
            <source>wrist</source>
            <translation>腕</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>you agree</source>
            <translation>您同意</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/head_findings.py" />
            <source>you disagree</source>
            <translation>您不同意</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/arrays.py" />
            <source>zip64 files are not allowed; it is not that large</source>
            <translation>不允许 zip64 文件；它没有那么大</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <location filename="../../cxrviewer/qt/viewport_grid.py" />
            <source>zoom</source>
            <translation>缩放</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/commands/gestures.py" />
            <source>zoom at the cursor</source>
            <translation>以光标为中心缩放</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>{amount}{basis}</source>
            <translation>{amount}{basis}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{change} · prior {prior} · {by}</source>
            <translation>{change} · 既往 {prior} · {by}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{change} · {by}</source>
            <translation>{change} · {by}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{clean} is in the zip file twice.</source>
            <translation>{clean} 在 zip 文件中出现两次。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/raster_source.py" />
            <source>{coding}, {bits} bits</source>
            <translation>{coding}，{bits} 位</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_marks.py" />
            <source>{count:,} of {total:,} studies are as they were before; the others were changed since then.</source>
            <translation>{total:,} 项检查中有 {count:,} 项已恢复原状；其余的在此之后又被更改过。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{count} y</source>
            <translation>{count} 岁</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>{count} · stopped</source>
            <translation>{count} · 已停止</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{doing} failed for a reason this program did not expect. Details are in the log.</source>
            <translation>{doing}因程序未预料到的原因失败。详情见日志。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <source>{done} of {total} heads: {words}</source>
            <translation>{done}/{total} 个模型：{words}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{done} {more}</source>
            <translation>{done}{more}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>{doubt}, so the patient may be outside the ages this model was made for; correct the header, or read the image unaided.</source>
            <translation>{doubt}，因此患者可能不在此模型适用的年龄范围内；请更正文件头，或自行阅片。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>{file}: {problem}</source>
            <translation>{file}：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>{findings} · {left}</source>
            <translation>{findings} · {left}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/heads_dialog.py" />
            <source>{findings}: {images}</source>
            <translation>{findings}：{images}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{finding} ({head})</source>
            <translation>{finding}（{head}）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>{finding} ({score}; {verdict})</source>
            <translation>{finding}（{score}；{verdict}）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{finding}: {score}</source>
            <translation>{finding}：{score}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>{first} to {second}</source>
            <translation>{first} 至 {second}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>{head_title} does not run any more.</source>
            <translation>{head_title} 不再运行。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>{head_title} is approved, and every check passed.</source>
            <translation>{head_title} 已获批准，所有检查均已通过。</translation>
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
            <location filename="../../cxrviewer/presenters/library_unscored.py" />
            <source>{head} · {reason}</source>
            <translation>{head} · {reason}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>{head}, not the version in use now</source>
            <translation>{head}，非当前使用的版本</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>{head}: {score}, {interval}, threshold {threshold}, not present</source>
            <translation>{head}：{score}，{interval}，阈值 {threshold}，不存在</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reports/report.py" />
            <source>{head}: {score}, {interval}, threshold {threshold}, present</source>
            <translation>{head}：{score}，{interval}，阈值 {threshold}，存在</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>{hint}; Escape cancels</source>
            <translation>{hint}；按 Esc 取消</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/paths.py" />
            <source>{home_variable} must be an absolute path; correct or unset it.</source>
            <translation>{home_variable} 必须是绝对路径；请更正或取消设置。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/paths.py" />
            <source>{home_variable} names a home folder that does not exist; correct it.</source>
            <translation>{home_variable} 指向不存在的主目录；请更正。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/values.py" />
            <source>{keyword} has other characters around its number; the number is used.</source>
            <translation>{keyword} 的数值前后有其他字符；已使用该数值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/values.py" />
            <source>{keyword} holds a value that is not a number; that value is not used.</source>
            <translation>{keyword} 含有非数值的值；未使用该值。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} holds several values</source>
            <translation>{keyword} 含有多个值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/spacing.py" />
            <source>{keyword} is no pair of plausible distances; it is not used for lengths.</source>
            <translation>{keyword} 不是一对合理的间距；不用于长度测量。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} is not a number</source>
            <translation>{keyword} 不是数值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} is too large</source>
            <translation>{keyword} 过大</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{keyword} is too small</source>
            <translation>{keyword} 过小</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/values.py" />
            <source>{keyword} is written with a decimal comma, which is read as a decimal point.</source>
            <translation>{keyword} 使用了小数逗号，已按小数点读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>{key} is free.</source>
            <translation>{key} 未被占用。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>{key} moves through windows and presses buttons; choose another key.</source>
            <translation>{key} 用于在窗口间移动和按下按钮；请选择其他按键。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>{key} runs this command already.</source>
            <translation>{key} 已运行此命令。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/shortcut_dialog.py" />
            <source>{key} runs “{commands}”, which loses this key if you accept.</source>
            <translation>{key} 运行“{commands}”，若接受，该命令将失去此按键。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/commands_binding.py" />
            <source>{key} shows every shortcut</source>
            <translation>按 {key} 显示所有快捷键</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>{layout}: {places}.</source>
            <translation>{layout}：{places}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>{left} · of the rest {findings}</source>
            <translation>{left} · 其余{findings}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/kinds.py" />
            <source>{length:g} mm, entered by the reader</source>
            <translation>{length:g} mm（由阅片者输入）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{line} The intervals know the calibration only, not exposure or position.</source>
            <translation>{line}区间只反映校准，不反映曝光或体位。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{line} This head states no uncertainty, so no change is named.</source>
            <translation>{line}此模型未给出不确定度，因此不标出变化。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/score_change.py" />
            <source>{low} to {high}</source>
            <translation>{low} 至 {high}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/spacing.py" />
            <source>{magnification} is not plausible; lengths are not corrected by it.</source>
            <translation>{magnification} 不合理；不用于校正长度。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{manifest_name} is missing; a pack is the files of a head's folder.</source>
            <translation>缺少 {manifest_name}；模型包由模型文件夹中的文件组成。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>{manifest_name}: was changed while it was read</source>
            <translation>{manifest_name}：读取时被更改</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>{missing} of {images} images without a verdict</source>
            <translation>{images} 幅图像中 {missing} 幅没有判断</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>{ms:.0f} ms on this computer · offline</source>
            <translation>本机 {ms:.0f} 毫秒 · 离线</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>{n:,} bytes</source>
            <extracomment>for one: {n:,} byte</extracomment>
            <translation>
                <numerusform>{n:,} 字节</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>{n:,} copies were made before and are complete.</source>
            <extracomment>for one: {n:,} copy was made before and is complete.</extracomment>
            <translation>
                <numerusform>此前制作的 {n:,} 个副本是完整的。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>{n:,} copies were made.</source>
            <extracomment>for one: {n:,} copy was made.</extracomment>
            <translation>
                <numerusform>已制作 {n:,} 个副本。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>{n:,} files of the disc could not be read: it may be scratched or dirty. All others were copied.</source>
            <extracomment>for one: {n:,} file of the disc could not be read: it may be scratched or dirty. All others were copied.</extracomment>
            <translation>
                <numerusform>光盘上有 {n:,} 个文件无法读取：光盘可能有划痕或污渍。其他文件均已复制。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/qt/worklist_panel.py" />
            <source>{n:,} files skipped · why?</source>
            <extracomment>for one: {n} file skipped · why?</extracomment>
            <translation>
                <numerusform>已跳过 {n:,} 个文件 · 原因</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>{n:,} files were looked at; “why?” in the list gives the reason for each.</source>
            <extracomment>for one: {n:,} file was looked at; “why?” in the list gives the reason for each.</extracomment>
            <translation>
                <numerusform>已检查 {n:,} 个文件；列表中的“原因”说明各自的理由。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/copies.py" />
            <source>{n:,} files were not copied.</source>
            <extracomment>for one: {n:,} file was not copied.</extracomment>
            <translation>
                <numerusform>{n:,} 个文件未复制。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>{n:,} files without a film</source>
            <extracomment>for one: {n:,} file without a film</extracomment>
            <translation>
                <numerusform>{n:,} 个文件不含图像</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>{n:,} films</source>
            <extracomment>for one: {n:,} film</extracomment>
            <translation>
                <numerusform>{n:,} 幅图像</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/qt/dialogs.py" />
            <source>{n:,} films that a model did not score</source>
            <extracomment>for one: {n:,} film that a model did not score</extracomment>
            <translation>
                <numerusform>{n:,} 幅有模型未评分的图像</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{n:,} images of the last run are still without a score.</source>
            <extracomment>for one: {n:,} image of the last run is still without a score.</extracomment>
            <translation>
                <numerusform>上次评分仍有 {n:,} 幅图像没有评分。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/similar.py" />
            <source>{n:,} images were compared; the distance is 1 minus the cosine of the features, 0 for the same.</source>
            <extracomment>for one: {n:,} image was compared; the distance is 1 minus the cosine of the features, 0 for the same.</extracomment>
            <translation>
                <numerusform>已比较 {n:,} 幅图像；距离为 1 减去特征的余弦值，0 表示相同。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{n:,} images were fully scored.</source>
            <extracomment>for one: {n:,} image was fully scored.</extracomment>
            <translation>
                <numerusform>{n:,} 幅图像已完全评分。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{n:,} images were scored.</source>
            <extracomment>for one: {n:,} image was scored.</extracomment>
            <translation>
                <numerusform>已为 {n:,} 幅图像评分。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/thumbnail_source.py" />
            <source>{n:,} kept thumbnails were deleted.</source>
            <extracomment>for one: {n:,} kept thumbnail was deleted.</extracomment>
            <translation>
                <numerusform>已删除 {n:,} 个保存的缩略图。</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>{n:,} not fully scored: why?</source>
            <translation>{n:,} 幅未完全评分：原因？</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>{n:,} of {total:,} not fully scored</source>
            <translation>{total:,} 幅中 {n:,} 幅未完全评分</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{n:,} packs</source>
            <extracomment>for one: {n:,} pack</extracomment>
            <translation>
                <numerusform>{n:,} 个模型包</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>{n:,} rows</source>
            <extracomment>for one: {n:,} row</extracomment>
            <translation>
                <numerusform>{n:,} 行</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>{n:,} skipped: why?</source>
            <translation>跳过 {n:,} 个：原因？</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>{n:,} studies</source>
            <extracomment>for one: {n:,} study</extracomment>
            <translation>
                <numerusform>{n:,} 项检查</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_marks.py" />
            <source>{n:,} studies are as they were before.</source>
            <extracomment>for one: {n:,} study is as it was before.</extracomment>
            <translation>
                <numerusform>{n:,} 项检查已恢复原状。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_marks.py" />
            <source>{n:,} studies are marked as new.</source>
            <extracomment>for one: {n:,} study is marked as new.</extracomment>
            <translation>
                <numerusform>{n:,} 项检查已标记为新。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_marks.py" />
            <source>{n:,} studies are marked as read.</source>
            <extracomment>for one: {n:,} study is marked as read.</extracomment>
            <translation>
                <numerusform>{n:,} 项检查已标记为已读。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{n:,} were not there: connect their disc or folder, or scan again.</source>
            <extracomment>for one: {n:,} was not there: connect its disc or folder, or scan again.</extracomment>
            <translation>
                <numerusform>{n:,} 幅图像不在原处：请连接其光盘或文件夹，或重新扫描。</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/layer_controls.py" />
            <source>{name} (colour-blind safe)</source>
            <translation>{name}（色盲友好）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>{name} (copy)</source>
            <translation>{name}（副本）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/report_dialog.py" />
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>{name} (has problems)</source>
            <translation>{name}（有问题）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/aspect.py" />
            <source>{name} cannot be the shape of a pixel; it is not used for the shape of the image.</source>
            <translation>{name} 不可能是像素形状；不用于图像形状。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is a link or another special file; a pack holds plain files only.</source>
            <translation>{name} 是链接或其他特殊文件；模型包只含普通文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is a link; a model head holds plain files only.</source>
            <translation>{name} 是链接；模型只含普通文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is a private key; move it out of the head's folder, and never hand it on.</source>
            <translation>{name} 是私钥；请将其移出模型文件夹，切勿转交他人。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is compressed in a way this program does not read; use deflate.</source>
            <translation>{name} 的压缩方式本程序无法读取；请使用 deflate。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is encrypted.</source>
            <translation>{name} 已加密。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} is larger than it says or than allowed.</source>
            <translation>{name} 大于其声明或允许的大小。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/sources.py" />
            <source>{name} is larger than the allowed {limit} MiB.</source>
            <translation>{name} 超过允许的 {limit} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is larger than the allowed {value} MiB.</source>
            <translation>{name} 超过允许的 {value} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is missing from the model head.</source>
            <translation>模型中缺少 {name}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/photometric.py" />
            <source>{name} is missing; the image is shown as MONOCHROME2.</source>
            <translation>缺少 {name}；图像按 MONOCHROME2 显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/photometric.py" />
            <source>{name} is no term of the standard; the image is shown as {term}.</source>
            <translation>{name} 不是标准中的取值；图像按 {term} 显示。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} is not a plain file.</source>
            <translation>{name} 不是普通文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/service.py" />
            <source>{name} is not a usable .npy file: {error}.</source>
            <translation>{name} 不是可用的 .npy 文件：{error}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>{name} is not listed in head.toml</source>
            <translation>{name} 未列入 head.toml</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/conformance.py" />
            <source>{name} is not the file head.toml describes (SHA-256 differs)</source>
            <translation>{name} 不是 head.toml 所述的文件（SHA-256 不同）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>{name} lies on a disc. Copy it to this computer first? That takes one pass over the disc; then images open at once, and the disc can be taken out.</source>
            <translation>{name} 位于光盘上。是否先复制到本计算机？只需读取光盘一遍；之后图像可立即打开，光盘也可取出。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <source>{name} lies on a stick or card. Copy it to this computer first? Then the stick can be taken out.</source>
            <translation>{name} 位于 U 盘或存储卡上。是否先复制到本计算机？之后即可取出。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/service.py" />
            <source>{name} must be a float32 .npy file.</source>
            <translation>{name} 必须是 float32 的 .npy 文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/files.py" />
            <source>{name} of the model head cannot be read.</source>
            <translation>无法读取模型的 {name}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/sources.py" />
            <source>{name} of the model head holds {size:,} bytes; at most {limit:,} are allowed.</source>
            <translation>模型的 {name} 有 {size:,} 字节；最多允许 {limit:,}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/package/sources.py" />
            <source>{name} of the model head was changed after it had been checked; install the head again.</source>
            <translation>模型的 {name} 在检查后被更改；请重新安装模型。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/runtime/parsing.py" />
            <source>{name} of the model head {sentence}.</source>
            <translation>模型的 {name} {sentence}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{name} unpacks to more than {value} MiB.</source>
            <translation>{name} 解压后超过 {value} MiB。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{number} of {total}: </source>
            <translation>第 {number} 个，共 {total} 个：</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} annotations</source>
            <extracomment>for one: {n} annotation</extracomment>
            <translation>
                <numerusform>{n} 个标注</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} are open in another window.</source>
            <extracomment>for one: {n} is open in another window.</extracomment>
            <translation>
                <numerusform>{n} 份在另一个窗口中打开。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{n} days</source>
            <extracomment>for one: {n} day</extracomment>
            <translation>
                <numerusform>{n} 天</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} decisions</source>
            <extracomment>for one: {n} decision</extracomment>
            <translation>
                <numerusform>{n} 个判断</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} entries that you had made yourself stayed as they were.</source>
            <extracomment>for one: {n} entry that you had made yourself stayed as it was.</extracomment>
            <translation>
                <numerusform>您自己所做的 {n} 项保持不变。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>{n} findings</source>
            <extracomment>for one: {n} finding</extracomment>
            <translation>
                <numerusform>{n} 个征象</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>{n} findings, outdated</source>
            <extracomment>for one: {n} finding, outdated</extracomment>
            <translation>
                <numerusform>{n} 个征象，已过时</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <source>{n} flagged</source>
            <extracomment>for one: {n} flagged</extracomment>
            <translation>
                <numerusform>{n} 项高于阈值</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>{n} folders are listed again.</source>
            <extracomment>for one: {n} folder is listed again.</extracomment>
            <translation>
                <numerusform>已重新列出 {n} 个文件夹。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>{n} folders are no longer listed. Their files and your notes are kept.</source>
            <extracomment>for one: {n} folder is no longer listed. Its files and your notes are kept.</extracomment>
            <translation>
                <numerusform>已不再列出 {n} 个文件夹。其文件和您的备注均保留。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>{n} folders are offline.</source>
            <extracomment>for one: {n} folder is offline.</extracomment>
            <translation>
                <numerusform>{n} 个文件夹离线。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{n} h</source>
            <extracomment>for one: {n} h</extracomment>
            <translation>
                <numerusform>{n} 小时</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>{n} images with decisions</source>
            <extracomment>for one: {n} image with decisions</extracomment>
            <translation>
                <numerusform>{n} 幅图像有判断</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} key images</source>
            <extracomment>for one: {n} key image</extracomment>
            <translation>
                <numerusform>{n} 张关键图像</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{n} min</source>
            <extracomment>for one: {n} min</extracomment>
            <translation>
                <numerusform>{n} 分钟</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{n} model heads</source>
            <extracomment>for one: {n} model head</extracomment>
            <translation>
                <numerusform>{n} 个模型</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{n} months</source>
            <extracomment>for one: {n} month</extracomment>
            <translation>
                <numerusform>{n} 个月</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} readings are back.</source>
            <extracomment>for one: The reading is back.</extracomment>
            <translation>
                <numerusform>已恢复 {n} 份阅片记录。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/audit.py" />
            <source>{n} readings could not be read and are not counted.</source>
            <extracomment>for one: {n} reading could not be read and is not counted.</extracomment>
            <translation>
                <numerusform>{n} 份阅片记录无法读取，未计入统计。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} readings were deleted.</source>
            <extracomment>for one: {n} reading was deleted.</extracomment>
            <translation>
                <numerusform>已删除 {n} 份阅片记录。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} readings were exported.</source>
            <extracomment>for one: {n} reading was exported.</extracomment>
            <translation>
                <numerusform>已导出 {n} 份阅片记录。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} readings were imported.</source>
            <extracomment>for one: {n} reading was imported.</extracomment>
            <translation>
                <numerusform>已导入 {n} 份阅片记录。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{n} s</source>
            <extracomment>for one: {n} s</extracomment>
            <translation>
                <numerusform>{n} 秒</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{n} studies are perhaps of the same person…</source>
            <extracomment>for one: {n} study is perhaps of the same person…</extracomment>
            <translation>
                <numerusform>{n} 次检查可能属于同一患者…</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>{n} views</source>
            <extracomment>for one: {n} view</extracomment>
            <translation>
                <numerusform>{n} 个视图</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/messages.py" />
            <source>{n} weeks</source>
            <extracomment>for one: {n} week</extracomment>
            <translation>
                <numerusform>{n} 周</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_findings.py" />
            <source>{old} Scoring again…</source>
            <translation>{old} 正在重新评分…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/eligibility/checks.py" />
            <source>{one} or {other}</source>
            <translation>{one} 或 {other}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>{place}, at the bedside</source>
            <translation>{place}，床旁</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/heads.py" />
            <source>{place}Copying the pack…</source>
            <translation>{place}正在复制模型包…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{points} ({interval})</source>
            <translation>{points}（{interval}）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>{positives:,} of {total:,}</source>
            <translation>{positives:,}/{total:,}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{progress} · paused</source>
            <translation>{progress} · 已暂停</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/disc_copies.py" />
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{progress} · {left} left</source>
            <translation>{progress} · 还剩 {left}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/annotations.py" />
            <source>{question}: type, then Enter; Escape cancels</source>
            <translation>{question}：输入后按 Enter；按 Esc 取消</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/inference/scoring.py" />
            <source>{reason} Nothing is shown for this film.</source>
            <translation>{reason} 此图像不显示结果。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_marks.py" />
            <source>{reason} The note is not saved. It stays in the list until the program ends: edit it and press Enter to save it.</source>
            <translation>{reason}备注未保存，在程序退出前会保留在列表中：编辑后按 Enter 键保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{rejected:,} rejected, {failed:,} failed.</source>
            <translation>拒绝 {rejected:,} 幅，失败 {failed:,} 幅。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scoring.py" />
            <source>{rejected:,} rejected; a model failed at {failed:,}.</source>
            <translation>{rejected:,} 幅被拒绝；{failed:,} 幅有模型评分失败。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>{rule} Only for {modalities}.</source>
            <translation>{rule}仅用于 {modalities}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>{rule} Only of {parts}.</source>
            <translation>{rule}仅用于部位 {parts}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>{scan} {offline}</source>
            <translation>{scan}{offline}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{score} ({low} to {high})</source>
            <translation>{score}（{low} 至 {high}）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/timeline.py" />
            <source>{score}, not by the version in use now</source>
            <translation>{score}，非当前版本的评分</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/presets.py" />
            <source>{slope} and {intercept} leave no usable values</source>
            <translation>{slope} 和 {intercept} 未留下可用的值</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_rows.py" />
            <source>{status}, offline</source>
            <translation>{status}，离线</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/region_dialog.py" />
            <source>{steps} steps, the tallest with {most} pixels</source>
            <translation>{steps} 级，最高一级有 {most} 个像素</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/tour.py" />
            <source>{step} of {steps}</source>
            <translation>第 {step} 步，共 {steps} 步</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>{tag} and (0018,5101) View Position contradict each other, {unmarked}</source>
            <translation>{tag} 与 (0018,5101) View Position 相互矛盾，{unmarked}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>{tag} contradicts itself or is damaged, {unmarked}</source>
            <translation>{tag} 自相矛盾或已损坏，{unmarked}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/orientation.py" />
            <source>{tag} is that of an animal, {unmarked}</source>
            <translation>{tag} 为动物的方位，{unmarked}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>{text} stored, {value:g} after Modality LUT</source>
            <translation>{text}（存储值），Modality LUT 后为 {value:g}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/image_presenter.py" />
            <source>{text} stored, {value:g} {unit}</source>
            <translation>{text}（存储值），{value:g} {unit}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_details.py" />
            <source>{title} {version} is installed already; nothing was changed.</source>
            <translation>{title} {version} 已安装；未作任何更改。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{total}, none rejected.</source>
            <translation>{total}，无一被拒绝。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/pack.py" />
            <source>{value} is not the plain name of a file: a pack holds no folders and no paths.</source>
            <translation>{value} 不是单纯的文件名：模型包不含文件夹和路径。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/tags.py" />
            <source>{value}… (cut; {length:,} in all)</source>
            <translation>{value}…（已截断；共 {length:,}）</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{version} · starting…</source>
            <translation>{version} · 正在启动…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/windowing.py" />
            <source>{window} · inverted</source>
            <translation>{window} · 反相</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/library_dialog.py" />
            <source>{words} The other chosen folders are only forgotten; their files stay.</source>
            <translation>{words}其他所选文件夹只是不再列出；其文件保留。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <source>{words} · old</source>
            <translation>{words} · 旧结果</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/layer.py" />
            <source>{words} · opacity {percent} %</source>
            <translation>{words} · 不透明度 {percent} %</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/findings.py" />
            <source>{words} · scoring…</source>
            <translation>{words} · 正在评分…</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/finding_states.py" />
            <source>{words} · {done} of {total} heads</source>
            <translation>{words} · {done}/{total} 个模型</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>{words}, more where this computer is slow; `cxrviewer heads install --slow` allows {load:g} s and {run:g} s.</source>
            <translation>{words}，在较慢的计算机上需要更多；`cxrviewer heads install --slow` 允许 {load:g} 秒和 {run:g} 秒。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/heads/registry/store.py" />
            <source>{words}.</source>
            <translation>{words}。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/head_installs.py" />
            <source>{wrong} of {total} were not installed.</source>
            <translation>{total}中有 {wrong} 个未安装。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library.py" />
            <source>“{folder}” is not connected any more. Its studies stay listed, as offline.</source>
            <translation>“{folder}”已断开连接。其中的检查仍列出，标为离线。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>“{name}” hangs studies like this already.</source>
            <translation>“{name}”已按此排列此类检查。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>“{name}” is back.</source>
            <translation>“{name}”已恢复。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/reading/exchange.py" />
            <source>“{name}” is no part of such a file.</source>
            <translation>“{name}”不属于此类文件。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>“{name}” was deleted.</source>
            <translation>“{name}”已删除。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/hanging_rules.py" />
            <source>“{name}” was deleted; Undo brings it back.</source>
            <translation>已删除“{name}”；可用撤销恢复。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>“{name}” was saved.</source>
            <translation>“{name}”已保存。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/worklist.py" />
            <source>“{place}” does not answer, so films in it may not be listed. Check its connection, then open it again.</source>
            <translation>“{place}”没有响应，其中的胶片可能未全部列出。请检查连接，然后重新打开。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/presenters/library_scans.py" />
            <source>“{place}” does not answer. What is known of it stays listed, as offline. Check its connection, then resume the scan.</source>
            <translation>“{place}”没有响应。已知的内容仍列出，标为离线。请检查连接，然后继续扫描。</translation>
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
            <translation>
                <numerusform>…… 另有 {n:,} 个原因</numerusform>
            </translation>
        </message>
        <message>
            <location filename="../../cxrviewer/qt/templates_dialog.py" />
            <source>… and {n} more</source>
            <translation>…… 另有 {n} 项</translation>
        </message>
        <message numerus="yes">
            <location filename="../../cxrviewer/presenters/shelf.py" />
            <source>… and {n} more problems</source>
            <extracomment>for one: … and {n} more problem</extracomment>
            <translation>
                <numerusform>……以及另外 {n} 个问题</numerusform>
            </translation>
        </message>
    </context>
</TS>
