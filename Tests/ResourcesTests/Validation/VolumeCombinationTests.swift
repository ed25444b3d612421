import Testing

@testable import Resources

/// Rules that several members of volumes and claims take part in: what is right beside what is wrong.
@Suite("Rules of volumes' and claims' members together")
struct VolumeCombinationTests {
  private static let volume = ChangedObject(
    yaml: """
      {apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {
        accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}}}
      """)
  private static let claim = ChangedObject(
    yaml: """
      {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: default}, spec: {
        accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
      """)
  private static let attachment = ChangedObject(
    yaml: """
      {apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: a}, spec: {
        attacher: d.example.com, nodeName: node, source: {}}}
      """)

  @Test(
    "each kind of volume is told where it lies",
    arguments: [
      ChangeCase("{spec: {nfs: {server: s, path: /x}}}"),
      ChangeCase("{spec: {nfs: {server: s, path: x}}}", "Invalid spec.nfs.path"),
      ChangeCase("{spec: {hostPath: {path: /a/../b}}}", "Invalid spec.hostPath.path"),
      ChangeCase("{spec: {hostPath: {path: /a, type: Pipe}}}", "NotSupported spec.hostPath.type"),
      ChangeCase("{spec: {local: {path: /a}}}", "Required spec.nodeAffinity"),
      ChangeCase(
        "{spec: {hostPath: {path: /./}, persistentVolumeReclaimPolicy: Recycle}}",
        "Forbidden spec.persistentVolumeReclaimPolicy"),
      ChangeCase("{spec: {hostPath: {path: /a}, persistentVolumeReclaimPolicy: Recycle}}"),
      ChangeCase(
        "{spec: {hostPath: {path: /a}, nfs: {server: s, path: /x}}}", "Forbidden spec.nfs"),
      ChangeCase(
        "{spec: {iscsi: {targetPortal: '1.2.3.4', iqn: 'iqn.2001-04.com.example:storage', lun: 0}}}"
      ),
      ChangeCase(
        "{spec: {iscsi: {targetPortal: '1.2.3.4', iqn: 'iqn.2001.com.example:storage', lun: 0}}}",
        "Invalid spec.iscsi.iqn"),
      ChangeCase("{spec: {iscsi: {targetPortal: p, iqn: eui.02004567a425678d, lun: 255}}}"),
      ChangeCase(
        "{spec: {iscsi: {targetPortal: p, iqn: eui.02004567a425678, lun: 256}}}",
        "Invalid spec.iscsi.iqn", "Invalid spec.iscsi.lun"),
      ChangeCase(
        "{spec: {iscsi: {targetPortal: p, iqn: eui.02004567a425678d, lun: 1, chapAuthSession: true}}}",
        "Required spec.iscsi.secretRef"),
      ChangeCase(
        "{spec: {iscsi: {targetPortal: \(String(repeating: "p", count: 63)), "
          + "iqn: eui.02004567a425678d, lun: 1, initiatorName: eui.02004567a425678d}}}",
        "Invalid spec.iscsi.targetportal"),
      ChangeCase("{spec: {fc: {targetWWNs: [a], lun: 1}}}"),
      ChangeCase(
        "{spec: {fc: {targetWWNs: [a], wwids: [b]}}}", "Invalid spec.fc.targetWWNs",
        "Required spec.fc.lun"),
      ChangeCase(
        "{spec: {flexVolume: {driver: d, options: {a.k8s.io/x: v, k8s.io.example/z: v}}}}",
        "Invalid spec.flexVolume.options[a.k8s.io/x]"),
      ChangeCase(
        "{spec: {azureDisk: {diskName: d, diskURI: 'https://x', kind: Managed}}}",
        "NotSupported spec.azureDisk.diskURI"),
      ChangeCase("{spec: {azureDisk: {diskName: d, diskURI: /subscriptions/x, kind: Managed}}}"),
      ChangeCase(
        "{spec: {cinder: {volumeID: v, secretRef: {name: s}}}}",
        "Required spec.cinder.secretRef.namespace"),
      ChangeCase(
        "{spec: {csi: {driver: d.example.com, volumeHandle: h, nodeExpandSecretRef: {name: s}}}}",
        "Required spec.csi.nodeExpandSecretRef.namespace"),
      ChangeCase(
        "{spec: {csi: {driver: d.example.com, volumeHandle: h}, volumeAttributesClassName: gold}}"),
      ChangeCase(
        "{spec: {nfs: {server: s, path: /x}, volumeAttributesClassName: ''}}", "Required spec.csi",
        "Required spec.volumeAttributesClassName"),
    ])
  func places(_ entry: ChangeCase) throws {
    let causes = try Self.volume.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test(
    "what fills a claim is named in both its fields alike",
    arguments: [
      ChangeCase("{spec: {dataSource: {kind: PersistentVolumeClaim, name: x}}}"),
      ChangeCase("{spec: {dataSourceRef: {kind: PersistentVolumeClaim, name: x}}}"),
      // Older clients may send anything there.
      ChangeCase("{spec: {dataSource: {kind: VolumeSnapshot, name: x}}}"),
      ChangeCase(
        "{spec: {dataSourceRef: {kind: VolumeSnapshot, name: x}}}", "Invalid spec.dataSource",
        "Invalid spec.dataSourceRef"),
      ChangeCase(
        "{spec: {dataSourceRef: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: x, "
          + "namespace: other}}}"),
      ChangeCase(
        "{spec: {dataSource: {kind: PersistentVolumeClaim, name: x}, dataSourceRef: "
          + "{kind: PersistentVolumeClaim, name: w}}}", "Invalid spec"),
      // No other namespace fills a claim, and to name one is as good as nothing.
      ChangeCase(
        "{spec: {dataSource: {kind: PersistentVolumeClaim, name: x}, dataSourceRef: "
          + "{kind: PersistentVolumeClaim, name: w, namespace: other}}}"),
      ChangeCase("{spec: {dataSourceRef: {apiGroup: 'a b', kind: A, name: x, namespace: A}}}"),
      ChangeCase(
        "{spec: {dataSourceRef: {apiGroup: 'a b', kind: A, name: x}}}",
        "Invalid spec.dataSource.apiGroup", "Invalid spec.dataSourceRef.apiGroup"),
    ])
  func dataSources(_ entry: ChangeCase) throws {
    let causes = try Self.claim.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test(
    "a volume that an attachment brings says only what it is made of",
    arguments: [
      ChangeCase("{spec: {source: {persistentVolumeName: v}}}"),
      ChangeCase(
        "{spec: {source: {inlineVolumeSpec: {accessModes: [ReadWriteOnce], "
          + "csi: {driver: d.example.com, volumeHandle: h}}}}}"),
      ChangeCase(
        "{spec: {source: {inlineVolumeSpec: {accessModes: [ReadWriteOnce], storageClassName: s, "
          + "capacity: {storage: 1Gi}, volumeMode: Block, nfs: {server: s, path: /x}}}}}",
        "Forbidden spec.source.inlineVolumeSpec.capacity",
        "Forbidden spec.source.inlineVolumeSpec.storageClassName",
        "Forbidden spec.source.inlineVolumeSpec.volumeMode",
        "Required spec.source.inlineVolumeSpec.csi"),
    ])
  func inline(_ entry: ChangeCase) throws {
    let causes = try Self.attachment.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test("values of a secret may fill a mebibyte, and no byte more", arguments: [0, 1])
  func secretSize(_ excess: Int) throws {
    let byteCount = 1024 * 1024 + excess
    let value = Base64Text.encode(String(repeating: "x", count: byteCount))
    let secret = ChangedObject(
      yaml: "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: default}}")
    let causes = try secret.causes("{data: {k: \(value)}}")
    #expect(causes == (excess == 0 ? [] : ["TooLong data"]))
  }
}
