import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct HostPathCheckTests {
  @Test(
    "each type takes what it names, and makes only what it may",
    arguments: [
      ("", "none", nil), ("Directory", "dir", nil), ("Directory", "file", "directory"),
      ("Directory", "none", "directory"), ("File", "file", nil), ("File", "dir", "file"),
      ("FileOrCreate", "new", nil), ("DirectoryOrCreate", "deep/new", nil),
      ("DirectoryOrCreate", "file", "directory"), ("Socket", "file", "socket file"),
      ("CharDevice", "file", "character device"), ("BlockDevice", "none", "block device"),
    ] as [(String, String, String?)])
  func types(_ type: String, _ name: String, _ complaint: String?) throws {
    let directory = try TestDirectory()
    try directory.write("file", "")
    try DurableFile.makeDirectory("\(directory.path)/dir", mode: 0o755)
    let path = "\(directory.path)/\(name)"
    let check = {
      try HostPathCheck.prepare(
        HostPathVolumeSource(["path": Document(path), "type": Document(type)]), volume: "v")
    }
    if let complaint {
      let error = #expect(throws: VolumeError.self, performing: check)
      #expect(error?.message == "hostPath type check failed: \(path) is not a \(complaint)")
    } else {
      try check()
    }
  }

  @Test("a character device is one")
  func device() throws {
    try HostPathCheck.prepare(
      HostPathVolumeSource(["path": "/dev/null", "type": "CharDevice"]), volume: "v")
  }
}
