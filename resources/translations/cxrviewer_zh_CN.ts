<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>cxrviewer</name>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>Only if its author has told you about the change: `{command}`.</source>
            <translation>仅当作者已告知您更换密钥时：`{command}`。</translation>
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
            <location filename="../../cxrviewer/errors.py" />
            <source>{head} is known by the key {known}, but this pack is not signed. It may be somebody else's.</source>
            <translation>{head} 的已知密钥为 {known}，但此模型包未签名，可能来自他人。</translation>
        </message>
        <message>
            <location filename="../../cxrviewer/errors.py" />
            <source>{head} is known by the key {known}, but this pack is signed with {found}. It may be somebody else's.</source>
            <translation>{head} 的已知密钥为 {known}，但此模型包由 {found} 签名，可能来自他人。</translation>
        </message>
    </context>
</TS>
