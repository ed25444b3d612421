import Crypto
import FoundationEssentials

/// Writes an image as one archive that holds an OCI image layout: what `ctr images import`, `docker
/// load` and registries' tools read. The same recipe gives the same bytes.
/// Source: OCI image-spec 1.0, "Image Layout".
package enum OCIImageWriter {
  /// Cost: three times the files' size in memory.
  package static func archive(_ recipe: ImageRecipe) throws -> [UInt8] {
    let layer = Blob(try layer(of: recipe.files), type: "application/vnd.oci.image.layer.v1.tar")
    let configuration = Blob(
      try encode(Configuration(recipe, layerDigest: layer.digest)),
      type: "application/vnd.oci.image.config.v1+json")
    let manifest = Blob(
      try encode(
        Manifest(config: configuration.descriptor, layers: [layer.descriptor])),
      type: "application/vnd.oci.image.manifest.v1+json")
    var entry = manifest.descriptor
    entry.platform = Platform(architecture: recipe.architecture.rawValue, os: "linux")
    entry.annotations = ["io.containerd.image.name": recipe.reference]

    var archive = TarArchive()
    try archive.append("blobs/", .directory, mode: 0o755)
    try archive.append("blobs/sha256/", .directory, mode: 0o755)
    for blob in [layer, configuration, manifest] {
      try archive.append("blobs/sha256/\(blob.hex)", .file, mode: 0o644, content: blob.bytes)
    }
    try archive.append(
      "index.json", .file, mode: 0o644, content: try encode(Index(manifests: [entry])))
    try archive.append(
      "oci-layout", .file, mode: 0o644, content: Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    archive.finish()
    return archive.bytes
  }

  /// Directories that no entry names are made, so that every file finds its own.
  private static func layer(of files: [ImageFile]) throws(ImageError) -> [UInt8] {
    var entries: [String: ImageFile] = [:]
    for file in files {
      guard file.path.hasPrefix("/") else { throw .notAbsolute(file.path) }
      let parts = file.path.split(separator: "/")
      for depth in 0..<max(0, parts.count - 1) {
        let directory = parts[...depth].joined(separator: "/")
        if entries[directory] == nil {
          entries[directory] = ImageFile("/\(directory)", .directory, mode: 0o755)
        }
      }
      entries[parts.joined(separator: "/")] = file
    }
    var archive = TarArchive()
    for (path, file) in entries.sorted(by: { $0.key < $1.key }) {
      switch file.content {
      case .directory:
        try archive.append("\(path)/", .directory, mode: file.mode, owner: file.owner)
      case .symbolicLink(let target):
        try archive.append(path, .symbolicLink, mode: 0o777, owner: file.owner, link: target)
      case .file(let content):
        try archive.append(path, .file, mode: file.mode, owner: file.owner, content: content)
      }
    }
    archive.finish()
    return archive.bytes
  }

  private static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }
}

// MARK: - The documents

private struct Blob {
  let bytes: [UInt8]
  let type: String
  /// SHA-256 in hexadecimal digits.
  let hex: String

  init(_ bytes: [UInt8], type: String) {
    self.bytes = bytes
    self.type = type
    hex = SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0\(digits)" : digits
    }.joined()
  }

  var digest: String { "sha256:\(hex)" }
  var descriptor: Descriptor { Descriptor(mediaType: type, digest: digest, size: bytes.count) }
}

private struct Descriptor: Encodable {
  let mediaType: String
  let digest: String
  let size: Int
  var platform: Platform?
  var annotations: [String: String]?
}

private struct Platform: Encodable {
  let architecture: String
  let os: String
}

private struct Index: Encodable {
  var schemaVersion = 2
  var mediaType = "application/vnd.oci.image.index.v1+json"
  let manifests: [Descriptor]
}

private struct Manifest: Encodable {
  var schemaVersion = 2
  var mediaType = "application/vnd.oci.image.manifest.v1+json"
  let config: Descriptor
  let layers: [Descriptor]
}

private struct Configuration: Encodable {
  struct Process: Encodable {
    var entrypoint: [String]?
    var command: [String]?
    var environment: [String]?
    var workingDirectory: String?
    var user: String?
    var exposedPorts: [String: [String: String]]?
    var labels: [String: String]?

    enum CodingKeys: String, CodingKey {
      case entrypoint = "Entrypoint"
      case command = "Cmd"
      case environment = "Env"
      case workingDirectory = "WorkingDir"
      case user = "User"
      case exposedPorts = "ExposedPorts"
      case labels = "Labels"
    }
  }

  struct RootFileSystem: Encodable {
    var type = "layers"
    let layerDigests: [String]

    enum CodingKeys: String, CodingKey {
      case type
      case layerDigests = "diff_ids"
    }
  }

  var created = "1970-01-01T00:00:00Z"
  let architecture: String
  var os = "linux"
  let config: Process
  let rootfs: RootFileSystem

  init(_ recipe: ImageRecipe, layerDigest: String) {
    func said<Value: Collection>(_ value: Value) -> Value? { value.isEmpty ? nil : value }
    architecture = recipe.architecture.rawValue
    config = Process(
      entrypoint: said(recipe.entrypoint), command: said(recipe.command),
      environment: said(recipe.environment), workingDirectory: said(recipe.workingDirectory),
      user: said(recipe.user),
      exposedPorts: said(
        Dictionary(recipe.exposedPorts.map { ($0, [:]) }, uniquingKeysWith: { first, _ in first })),
      labels: said(recipe.labels))
    rootfs = RootFileSystem(layerDigests: [layerDigest])
  }
}
