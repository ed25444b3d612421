/// Of volumes, and of the objects that are mounted as such.
let volumeDescriptions: StaticString = #"""
  Volume Files that the pod's containers can mount. One source is named beside the name.
   awsElasticBlockStore An AWS disk. Served by a CSI driver nowadays.
   azureDisk An Azure disk. Served by a CSI driver nowadays.
   azureFile An Azure file share. Served by a CSI driver nowadays.
   cephfs No longer supported.
   cinder An OpenStack disk. Served by a CSI driver nowadays.
   configMap The entries of a ConfigMap as files. They follow its changes.
   csi A volume that a CSI driver makes for this pod alone.
   downwardAPI Fields of the pod as files.
   emptyDir A directory that is empty at first and goes with the pod.
   ephemeral A claim that is made for this pod and goes with it.
   fc A Fibre Channel disk.
   flexVolume Deprecated; use a CSI driver.
   flocker No longer supported.
   gcePersistentDisk A Google disk. Served by a CSI driver nowadays.
   gitRepo No longer supported; clone in an init container.
   glusterfs No longer supported.
   hostPath A file or directory of the node. Whoever may use it reaches the node.
   image The files of an OCI image, read-only.
   iscsi An iSCSI disk.
   name The volume's name, unique in the pod.
   nfs A directory of an NFS server.
   persistentVolumeClaim A claim in the same namespace.
   photonPersistentDisk No longer supported.
   portworxVolume A Portworx volume. Served by a CSI driver nowadays.
   projected Several sources in one directory.
   quobyte No longer supported.
   rbd No longer supported.
   scaleIO No longer supported.
   secret The entries of a Secret as files. They follow its changes.
   storageos No longer supported.
   vsphereVolume A vSphere disk. Served by a CSI driver nowadays.
  EmptyDirVolumeSource A directory that is empty at first and goes with the pod.
   medium Memory keeps it in memory, which counts as the containers'; else it is on the node's disk.
   sizeLimit How large it may grow. A pod beyond it is evicted.
  HostPathVolumeSource A file or directory of the node.
   path Its path on the node.
   type What must be there, or is made: DirectoryOrCreate, Directory, FileOrCreate, File, Socket, CharDevice or BlockDevice; empty checks nothing.
  ConfigMapVolumeSource The entries of a ConfigMap as files.
   defaultMode The files' permissions; 0644 where not set.
   items The entries to show and their paths; all where not set.
   name The ConfigMap's name.
   optional Whether it may be missing.
  SecretVolumeSource The entries of a Secret as files.
   defaultMode The files' permissions; 0644 where not set.
   items The entries to show and their paths; all where not set.
   optional Whether it may be missing.
   secretName The Secret's name.
  KeyToPath An entry and where it is shown.
   key The entry.
   mode The file's permissions; those of the volume where not set.
   path The file's path in the volume; without "..".
  ProjectedVolumeSource Several sources in one directory.
   defaultMode The files' permissions; 0644 where not set.
   sources The sources. No two may use one path.
  VolumeProjection One source of a projected volume.
   clusterTrustBundle Certificates of a ClusterTrustBundle.
   configMap Entries of a ConfigMap.
   downwardAPI Fields of the pod.
   podCertificate A certificate for the pod.
   secret Entries of a Secret.
   serviceAccountToken A token of the pod's service account.
  ServiceAccountTokenProjection A token that is renewed before it expires.
   audience Who the token is for; the API server where not set.
   expirationSeconds How long it is good; an hour where not set, 10 minutes at least.
   path The file's path in the volume.
  DownwardAPIVolumeSource Fields of the pod as files.
   defaultMode The files' permissions; 0644 where not set.
   items The files.
  DownwardAPIVolumeFile A field of the pod as a file.
   fieldRef The field.
   mode The file's permissions.
   path The file's path in the volume.
   resourceFieldRef A request or limit of a container.
  PersistentVolumeClaimVolumeSource A claim in the pod's namespace.
   claimName The claim's name.
   readOnly Mount it read-only everywhere.
  EphemeralVolumeSource A claim that is made for one pod.
   volumeClaimTemplate The claim. Its name is the pod's with the volume's behind a dash.
  ImageVolumeSource The files of an OCI image.
   pullPolicy When it is pulled: Always, IfNotPresent or Never.
   reference The image's name and tag or digest.
  NFSVolumeSource A directory of an NFS server.
   path The directory on the server.
   readOnly Mount it read-only.
   server The server's name or address.
  LocalVolumeSource A disk or directory of one node.
   fsType The file system to make on a disk that has none.
   path Its path on the node.
  PersistentVolume Storage of the cluster that one claim can take.
  PersistentVolumeSpec What a volume is.
   accessModes How it can be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.
   capacity Its size.
   claimRef The claim that it is bound to.
   mountOptions Options for mounting it.
   nodeAffinity The nodes that can reach it.
   persistentVolumeReclaimPolicy What becomes of it when its claim goes: Retain or Delete.
   storageClassName Its class; claims of the same class can take it.
   volumeAttributesClassName Its VolumeAttributesClass.
   volumeMode Filesystem or Block.
  PersistentVolumeStatus What a volume was last seen as.
   lastPhaseTransitionTime When the phase last changed.
   message Why, for people.
   phase Pending, Available, Bound, Released or Failed.
   reason Why, in a word.
  PersistentVolumeClaim A request for storage, which pods of its namespace can mount.
  PersistentVolumeClaimSpec What storage is asked for.
   accessModes How it is to be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.
   dataSource A snapshot or claim whose content it begins with.
   dataSourceRef As dataSource, for objects of any kind.
   resources How large it is to be. It can grow where the class allows it.
   selector Labels that the volume must have.
   storageClassName The class to take it from; the default class where not set, none where empty.
   volumeAttributesClassName The VolumeAttributesClass to use.
   volumeMode Filesystem or Block.
   volumeName The volume that it is bound to.
  PersistentVolumeClaimStatus What a claim was last seen as.
   accessModes How the volume can be mounted.
   capacity The volume's size.
   phase Pending, Bound or Lost.
  StorageClass A kind of storage that volumes are made of on demand.
   allowVolumeExpansion Whether claims can grow.
   allowedTopologies Where volumes may be made.
   mountOptions Options for mounting its volumes.
   parameters What the provisioner is told.
   provisioner Who makes the volumes.
   reclaimPolicy What becomes of a volume when its claim goes: Delete or Retain.
   volumeBindingMode Immediate, or WaitForFirstConsumer, which waits for the pod's node.
  ConfigMap Settings as text by key, for variables, arguments and files of pods.
   binaryData Entries that are no text, as base64.
   data Entries of text.
   immutable Once true, the entries cannot change, and nobody has to watch them.
  Secret Passwords, keys and the like by key. Kept from all who have no right to read it.
   data The entries, as base64.
   immutable Once true, the entries cannot change, and nobody has to watch them.
   stringData Entries as plain text; written only, they become part of data.
   type What the entries are, such as Opaque, kubernetes.io/tls or kubernetes.io/dockerconfigjson.
  LocalObjectReference Names an object in the same namespace.
   name Its name.
  ObjectReference Names an object.
   fieldPath A part of it.
   name Its name.
   namespace Its namespace.
   uid Its uid.
  """#
