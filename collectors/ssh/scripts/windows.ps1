# Read-only inventory of a Windows machine, read from standard input by PowerShell 5 or
# later. Prints sections: a line `#:purser:NAME`, then one line of JSON.
$ErrorActionPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
function Section($name, $rows) {
  Write-Output "#:purser:$name"
  Write-Output (ConvertTo-Json -Compress -Depth 3 -InputObject @($rows))
}
function Class($name, $columns, $space = 'root/cimv2') {
  Section $name (Get-CimInstance -Namespace $space -ClassName $name | Select-Object $columns)
}
$admin = ([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole('Administrators')
Write-Output "#:purser:identity"
Write-Output "kernel=Windows_NT"
Write-Output "hostname=$env:COMPUTERNAME"
Write-Output "admin=$admin"
Class Win32_ComputerSystem Manufacturer, Model, TotalPhysicalMemory, UserName, Domain, HypervisorPresent
Class Win32_ComputerSystemProduct Vendor, Name, IdentifyingNumber, UUID, Version
Class Win32_BIOS Manufacturer, SMBIOSBIOSVersion, SerialNumber, ReleaseDate
Class Win32_SystemEnclosure ChassisTypes, SMBIOSAssetTag, SerialNumber
Class Win32_BaseBoard Manufacturer, Product, SerialNumber, Version
Class Win32_Processor Name, Manufacturer, NumberOfCores, NumberOfLogicalProcessors, SocketDesignation
Class Win32_PhysicalMemory Capacity, Manufacturer, PartNumber, SerialNumber, DeviceLocator, Speed
Class Win32_DiskDrive DeviceID, Model, SerialNumber, Size, FirmwareRevision, InterfaceType, MediaType
Class Win32_VideoController Name, AdapterCompatibility
Class Win32_NetworkAdapter InterfaceIndex, Name, NetConnectionID, MACAddress, PhysicalAdapter, NetEnabled, Speed
Class Win32_NetworkAdapterConfiguration InterfaceIndex, IPAddress, IPSubnet
$os = Get-CimInstance Win32_OperatingSystem
Section Win32_OperatingSystem ($os | Select-Object Caption, Version, BuildNumber, OSArchitecture, CSName,
  @{n = 'Uptime'; e = { [int64]((Get-Date) - $_.LastBootUpTime).TotalSeconds } })
Section WmiMonitorID (Get-CimInstance -Namespace root/wmi -ClassName WmiMonitorID |
  Select-Object ManufacturerName, UserFriendlyName, SerialNumberID, WeekOfManufacture, YearOfManufacture)
Class Win32_EncryptableVolume DriveLetter, ProtectionStatus root/cimv2/Security/MicrosoftVolumeEncryption
Class AntiVirusProduct displayName root/SecurityCenter2
$keys = 'HKLM:\Software\Microsoft\Windows\CurrentVersion\Uninstall\*',
  'HKLM:\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall\*'
Section uninstall (Get-ItemProperty $keys | Where-Object { $_.DisplayName } |
  Select-Object DisplayName, DisplayVersion, Publisher)
Section neighbours (Get-NetNeighbor | Where-Object { $_.State -in 'Reachable', 'Stale', 'Permanent' } |
  Select-Object IPAddress, LinkLayerAddress, InterfaceIndex)
Section hostkeys (Get-Content "$env:ProgramData\ssh\ssh_host_*_key.pub")
Section end @()
