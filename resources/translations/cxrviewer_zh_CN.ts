<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>cxrviewer</name>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>A ZIP inside a ZIP is not read: unpack the outer one and open its folder.</source>
            <translation>不读取 ZIP 中的 ZIP：请先解压外层文件，再打开其文件夹。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>Another window is writing the library at the moment; try again when it has finished.</source>
            <translation>另一个窗口正在写入影像库，请待其完成后重试。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>Only if its author has told you about the change: `{command}`.</source>
            <translation>仅当作者已告知您更换密钥时：`{command}`。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>The disk is full, so the library could not be written. What was indexed before is kept; free some space.</source>
            <translation>磁盘已满，无法写入影像库。此前已建立的索引仍保留；请释放一些空间。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The hanging rules cannot be used: {problem}</source>
            <translation>无法使用挂片规则：{problem}</translation>
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
            <location filename="../../cxrviewer/qt/language.py" />
            <source>The language changes when the program is started again.</source>
            <translation>语言将在重新启动程序后更改。</translation>
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
            <location filename="../../cxrviewer/errors.py" />
            <source>The model head '{head}' cannot be loaded: {problem}</source>
            <translation>无法加载模型“{head}”：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The model head was not installed: {problem}</source>
            <translation>模型未安装：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>The name of this file in the ZIP is too long; it is not read.</source>
            <translation>ZIP 中此文件的名称过长，不予读取。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>The program was not approved: {problem}</source>
            <translation>该程序未获批准：{problem}</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/isolation/protocol.py" />
            <source>The worker process gave an answer that is not valid.</source>
            <translation>工作进程返回了无效的结果。</translation>
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
            <location filename="../../cxrviewer/imaging/archive.py" />
            <source>This file is no longer in the ZIP.</source>
            <translation>此文件已不在 ZIP 中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/store.py" />
            <source>This library keeps no notes.</source>
            <translation>此影像库不保存备注。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/store.py" />
            <source>This study is no longer in the library.</source>
            <translation>此检查已不在影像库中。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/database.py" />
            <source>This system's SQLite has no full-text search (FTS5), which the library needs.</source>
            <translation>本系统的 SQLite 没有影像库所需的全文搜索（FTS5）。</translation>
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
            <location filename="../../cxrviewer/studies/index/query.py" />
            <source>“{text}” is not a status: new, opened and read are.</source>
            <translation>“{text}”不是状态；可用的状态为 new、opened 和 read。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/studies/index/query.py" />
            <source>“{text}” is not understood as a date: write 2025, 2025-03, 2025-03-18 or two of them with .. between.</source>
            <translation>无法将“{text}”识别为日期：请写 2025、2025-03、2025-03-18，或以 .. 连接其中两个。</translation>
        </message>
    </context>
</TS>
