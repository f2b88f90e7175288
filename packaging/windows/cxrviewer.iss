; Inno Setup 6.3 or newer. Run by packaging/windows_packages.py, which defines Version, Bundle, Output and Root.
; Per user, no admin rights: hospitals give none, and nothing outside the user's own profile is touched.

#ifndef Version
  #error Run packaging/build.py: it defines Version, Bundle, Output and Root.
#endif

[Setup]
; Never change this id: it is how an upgrade finds the version before.
AppId={{6E8B7C52-3B5F-4C0E-9B57-5A4B0E0C7D31}
AppName=cxrviewer
AppVersion={#Version}
AppVerName=cxrviewer {#Version}
AppPublisher=The cxrviewer authors
AppComments=Research use only. Not a medical device.
VersionInfoVersion={#Version}
DefaultDirName={autopf}\cxrviewer
DefaultGroupName=cxrviewer
DisableProgramGroupPage=yes
DisableDirPage=auto
; {autopf} is the user's own Programs folder here; an administrator may still install for all with /ALLUSERS.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Qt 6.11 and onnxruntime 1.31 want Windows 10 21H2.
MinVersion=10.0.19044
LicenseFile={#Root}\LICENSE
SetupIconFile={#Root}\resources\icons\cxrviewer.ico
UninstallDisplayIcon={app}\cxrviewer.exe
UninstallDisplayName=cxrviewer {#Version}
OutputDir={#Output}
OutputBaseFilename=cxrviewer-{#Version}-windows-x64-setup
Compression=lzma2/ultra64
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
CloseApplications=yes
#ifdef SignTool
SignTool={#SignTool}
SignedUninstaller=yes
#endif

[Tasks]
; Offers "open with"; it takes no file type away from another viewer unless the user ticks the box.
Name: "dicom"; Description: "Open .dcm files with cxrviewer"; GroupDescription: "File types:"; Flags: unchecked
Name: "heads"; Description: "Open .cxrhead model heads with cxrviewer"; GroupDescription: "File types:"
Name: "desktop"; Description: "Put a shortcut on the desktop"; GroupDescription: "Shortcuts:"; Flags: unchecked

[InstallDelete]
; A file that left the bundle must not be found by the new version.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\cxrviewer"; Filename: "{app}\cxrviewer.exe"; AppUserModelID: "org.cxrviewer.viewer"
Name: "{autodesktop}\cxrviewer"; Filename: "{app}\cxrviewer.exe"; Tasks: desktop

[Registry]
; HKA is the user's own hive in a per-user installation.
Root: HKA; Subkey: "Software\Classes\cxrviewer.dicom"; ValueType: string; ValueData: "DICOM film"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\cxrviewer.dicom\shell\open\command"; ValueType: string; ValueData: """{app}\cxrviewer.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\cxrviewer.dicom\DefaultIcon"; ValueType: string; ValueData: "{app}\cxrviewer.exe,0"
Root: HKA; Subkey: "Software\Classes\.dcm\OpenWithProgids"; ValueType: string; ValueName: "cxrviewer.dicom"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.dcm"; ValueType: string; ValueData: "cxrviewer.dicom"; Tasks: dicom; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\cxrviewer.head"; ValueType: string; ValueData: "cxrviewer model head"; Tasks: heads; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\cxrviewer.head\shell\open\command"; ValueType: string; ValueData: """{app}\cxrviewer.exe"" ""%1"""; Tasks: heads
Root: HKA; Subkey: "Software\Classes\cxrviewer.head\DefaultIcon"; ValueType: string; ValueData: "{app}\cxrviewer.exe,0"; Tasks: heads
Root: HKA; Subkey: "Software\Classes\.cxrhead"; ValueType: string; ValueData: "cxrviewer.head"; Tasks: heads; Flags: uninsdeletevalue

[Run]
Filename: "{app}\cxrviewer.exe"; Description: "Start cxrviewer"; Flags: nowait postinstall skipifsilent

[Code]
const
  UninstallKey = 'Software\Microsoft\Windows\CurrentVersion\Uninstall\{6E8B7C52-3B5F-4C0E-9B57-5A4B0E0C7D31}_is1';

function InstalledVersion(): String;
begin
  Result := '';
  if not RegQueryStringValue(HKA, UninstallKey, 'DisplayVersion', Result) then
    Result := '';
end;

function InitializeSetup(): Boolean;
var
  Found: String;
  Old, New: Int64;
begin
  Result := True;
  Found := InstalledVersion();
  if (Found = '') or not StrToVersion(Found, Old) or not StrToVersion('{#Version}', New) then
    exit;
  if ComparePackedVersion(Old, New) > 0 then
  begin
    SuppressibleMsgBox('cxrviewer ' + Found + ' is installed and stays as it is; version {#Version} is older.' + #13#10 +
      'To go back all the same, uninstall it first: your settings, heads and measurements are kept unless you say otherwise.',
      mbInformation, MB_OK, IDOK);
    Result := False;
  end;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Data: String;
begin
  if Step <> usPostUninstall then
    exit;
  { What the program wrote; see cxrviewer/paths.py. A silent uninstallation keeps it. }
  Data := ExpandConstant('{localappdata}\cxrviewer');
  if not DirExists(Data) or UninstallSilent() then
    exit;
  if MsgBox('Also delete your settings, installed heads and measurements?' + #13#10 + Data + #13#10#13#10 +
    'Films are never deleted: they stay where they are.', mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES then
    DelTree(Data, True, True, True);
end;
