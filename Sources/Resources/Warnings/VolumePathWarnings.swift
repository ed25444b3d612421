/// What is told of files of one volume that lie at the same path, or one inside the other: the last one
/// wins, or none can be written.
/// Source: upstream's wording.
enum VolumePathWarnings {
  private struct PlacedFile {
    let path: String
    /// Where it comes from; empty where the volume has one source.
    let source: String

    var told: String { source.isEmpty ? "\"\(path)\"" : "\"\(path)\" (\(source))" }

    func meets(_ other: PlacedFile) -> Bool {
      guard !path.isEmpty, !other.path.isEmpty else { return false }
      return "\(path)/".hasPrefix("\(other.path)/") || "\(other.path)/".hasPrefix("\(path)/")
    }
  }

  /// How many files of a pod are compared with those of their volume, whose cost is the square of it.
  /// Pods name fewer, and no answer could hold the warnings of more.
  private static let comparedMax = 256

  static func ofVolumes(_ spec: Document) -> [String] {
    var filesLeft = comparedMax
    return (spec["volumes"] ?? .emptyArray).elements.flatMap { volume in
      let name = volume["name"]?.string ?? ""
      return ofEmptySources(volume["projected"], name)
        + files(of: volume).flatMap { source, files in
          let compared = files.prefix(filesLeft)
          filesLeft -= compared.count
          return ofMeetings(Array(compared), name, source)
        }
    }
  }

  /// By where they come from, as it is told.
  private static func files(of volume: Document) -> [(source: String, files: [PlacedFile])] {
    [
      (called(volume["configMap"]), files(of: volume["configMap"], "")),
      (
        "Secret \"\(volume[path: "secret", "secretName"]?.string ?? "")\"",
        files(of: volume["secret"], "")
      ),
      ("DownwardAPI", files(of: volume["downwardAPI"], "")),
      (
        "Projected",
        (volume[path: "projected", "sources"] ?? .emptyArray).elements.flatMap(projectedFiles)
      ),
    ]
  }

  private static func called(_ source: Document?, _ kind: String = "ConfigMap") -> String {
    "\(kind) \"\(source?["name"]?.string ?? "")\""
  }

  private static func ofEmptySources(_ projection: Document?, _ volume: String) -> [String] {
    (projection?["sources"] ?? .emptyArray).elements.filter(\.isEmpty).map { _ in
      "volume \"\(volume)\" (Projected) has no sources provided"
    }
  }

  private static func projectedFiles(_ source: Document) -> [PlacedFile] {
    let token = source["serviceAccountToken"]
    let bundle = source["clusterTrustBundle"]
    let bundleName = (bundle?["name"] ?? bundle?["signerName"])?.string ?? ""
    let certificate = source["podCertificate"]
    return files(of: source["configMap"], called(source["configMap"]))
      + files(of: source["secret"], called(source["secret"], "Secret"))
      + files(of: source["downwardAPI"], "DownwardAPI")
      + file(token?["path"], "ServiceAccountToken")
      + file(bundle?["path"], "ClusterTrustBundle \"\(bundleName)\"")
      + file(certificate?["certificateChainPath"], "PodCertificate chain")
      + file(certificate?["keyPath"], "PodCertificate key")
      + file(certificate?["credentialBundlePath"], "PodCertificate credential bundle")
  }

  private static func files(of source: Document?, _ name: String) -> [PlacedFile] {
    (source?["items"] ?? .emptyArray).elements.flatMap { file($0["path"], name) }
  }

  private static func file(_ path: Document?, _ source: String) -> [PlacedFile] {
    guard var path = path?.string else { return [] }
    while path.hasSuffix("/") { path.removeLast() }
    return [PlacedFile(path: path, source: source)]
  }

  private static func ofMeetings(_ files: [PlacedFile], _ volume: String, _ source: String)
    -> [String]
  {
    files.indices.flatMap { position in
      files[..<position].filter(files[position].meets).map {
        "volume \"\(volume)\" (\(source)): overlapping paths: \(files[position].told) with \($0.told)"
      }
    }
  }
}
