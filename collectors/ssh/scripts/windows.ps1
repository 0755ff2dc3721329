# Read-only inventory of a Windows machine, for Windows PowerShell 5 or later. Parts are
# divided by lines "#:part"; the first one goes in front of each of the others, which
# are run one by one: a command line of cmd.exe ends at 8,191 characters. Prints
# sections: a line "#:purser:NAME", then JSON, one object a line.
$ErrorActionPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object Text.UTF8Encoding $false
function Show-Rows($name, $rows) {
  Write-Output "#:purser:$name"
  foreach ($row in $rows) {
    if ($null -ne $row) { Write-Output (ConvertTo-Json -Compress -Depth 3 -InputObject $row) }
  }
}
function Show-Cim($name, $columns, $space = 'root/cimv2') {
  Show-Rows $name (Get-CimInstance -Namespace $space -ClassName $name | Select-Object ($columns -split ' '))
}
#:part
$me = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
$admin = $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
Write-Output "#:purser:identity"
Write-Output "kernel=Windows_NT"
Write-Output "hostname=$env:COMPUTERNAME"
Write-Output "admin=$admin"
Show-Cim Win32_ComputerSystem 'Manufacturer Model TotalPhysicalMemory UserName Domain HypervisorPresent'
Show-Cim Win32_ComputerSystemProduct 'Vendor Name IdentifyingNumber UUID Version'
Show-Cim Win32_SystemEnclosure 'ChassisTypes SMBIOSAssetTag SerialNumber'
Show-Cim Win32_BaseBoard 'Manufacturer Product SerialNumber Version'
Show-Rows Win32_BIOS (Get-CimInstance Win32_BIOS |
  Select-Object 'Manufacturer', 'SMBIOSBIOSVersion', 'SerialNumber', @{n = 'Released'; e = { $_.ReleaseDate.ToString('yyyy-MM-dd') } })
Show-Rows Win32_OperatingSystem (Get-CimInstance Win32_OperatingSystem |
  Select-Object 'Caption', 'Version', 'BuildNumber', 'OSArchitecture', 'CSName', @{n = 'Uptime'; e = { [int64]((Get-Date) - $_.LastBootUpTime).TotalSeconds } })
Show-Rows logon (Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\LogonUI' |
  Select-Object 'LastLoggedOnUser')
Show-Rows release (Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' |
  Select-Object 'DisplayVersion', 'ReleaseId', 'UBR', 'EditionID')
#:part
Show-Cim Win32_Processor 'Name Manufacturer NumberOfCores NumberOfLogicalProcessors SocketDesignation'
Show-Cim Win32_PhysicalMemory 'Capacity Manufacturer PartNumber SerialNumber DeviceLocator Speed'
Show-Cim Win32_DiskDrive 'Index DeviceID Model SerialNumber Size FirmwareRevision InterfaceType MediaType'
Show-Cim MSFT_PhysicalDisk 'DeviceId FriendlyName SerialNumber MediaType BusType HealthStatus Size FirmwareVersion' root/Microsoft/Windows/Storage
Show-Cim Win32_VideoController 'Name AdapterCompatibility'
Show-Cim WmiMonitorID 'ManufacturerName UserFriendlyName SerialNumberID ProductCodeID WeekOfManufacture YearOfManufacture' root/wmi
Show-Cim BatteryStaticData 'DeviceName ManufactureName SerialNumber DesignedCapacity' root/wmi
#:part
Show-Cim Win32_NetworkAdapter 'InterfaceIndex Name NetConnectionID MACAddress PhysicalAdapter NetEnabled Speed'
Show-Cim Win32_NetworkAdapterConfiguration 'InterfaceIndex IPAddress IPSubnet'
Show-Cim MSFT_NetAdapter 'InterfaceIndex PermanentAddress Virtual' root/StandardCimv2
Show-Rows neighbours (Get-NetNeighbor | Where-Object { 'Reachable', 'Stale', 'Permanent' -contains "$($_.State)" } |
  Select-Object 'IPAddress', 'LinkLayerAddress', 'InterfaceIndex')
Show-Cim Win32_EncryptableVolume 'DriveLetter ProtectionStatus' root/cimv2/Security/MicrosoftVolumeEncryption
Show-Cim AntiVirusProduct 'displayName productState' root/SecurityCenter2
Show-Rows defender (Get-MpComputerStatus |
  Select-Object 'AMServiceEnabled', 'AntivirusEnabled', 'RealTimeProtectionEnabled', 'AntivirusSignatureAge', 'AMProductVersion')
Show-Rows services (Get-Service 'vmms', 'docker', 'com.docker.service', 'containerd', 'VMwareHostd' |
  Select-Object 'Name', @{n = 'State'; e = { "$($_.Status)" } })
#:part
$me = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
$admin = $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
Show-Rows uninstall (Get-ItemProperty 'HKLM:\Software\Microsoft\Windows\CurrentVersion\Uninstall\*', 'HKLM:\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall\*', 'Registry::HKEY_USERS\*\Software\Microsoft\Windows\CurrentVersion\Uninstall\*' |
  Where-Object { $_.DisplayName } | Select-Object 'DisplayName', 'DisplayVersion', 'Publisher')
Show-Rows appx ($(if ($admin) { Get-AppxPackage -AllUsers } else { Get-AppxPackage }) |
  Where-Object { -not $_.IsFramework } | Select-Object 'Name', 'Version', 'Publisher')
Show-Rows hostkeys (Get-Content "$env:ProgramData\ssh\ssh_host_*_key.pub" | ForEach-Object { @{ key = "$_" } })
Write-Output "#:purser:end"
