/// Of who may do what.
let accessDescriptions: StaticString = #"""
  ServiceAccount An identity for programs in pods.
   automountServiceAccountToken Whether pods get its token unless they say otherwise.
   imagePullSecrets Secrets that its pods pull images with.
   secrets Secrets that its pods may use.
  Role Rights in one namespace.
   rules The rights.
  ClusterRole Rights in all namespaces, or on what has none.
   aggregationRule ClusterRoles, by label, whose rights it has as well.
   rules The rights.
  PolicyRule Some verbs on some resources.
   apiGroups The groups; "" for the core group, * for all.
   nonResourceURLs Paths that are no resources, such as /metrics; for cluster roles.
   resourceNames The objects' names; all where not set.
   resources The resources and subresources, such as pods and pods/log; * for all.
   verbs The verbs, such as get, list, watch, create, update, patch and delete; * for all.
  RoleBinding Gives the rights of a role, in one namespace.
   roleRef The Role or ClusterRole. It cannot change.
   subjects Who gets them.
  ClusterRoleBinding Gives the rights of a ClusterRole everywhere.
   roleRef The ClusterRole. It cannot change.
   subjects Who gets them.
  Subject Someone who can have rights.
   apiGroup The group of the kind: rbac.authorization.k8s.io for users and groups.
   name The name.
   namespace The service account's namespace.
  RoleRef Names a role.
   apiGroup rbac.authorization.k8s.io.
   name The role's name.
  CertificateSigningRequest Asks for a certificate.
  CertificateSigningRequestSpec What certificate is asked for.
   expirationSeconds How long it should be good.
   extra What else is known of who asks. Set by the server.
   groups The groups of who asks. Set by the server.
   request The PKCS#10 request, as base64 of PEM.
   signerName Who is to sign it.
   uid The uid of who asks. Set by the server.
   usages What it is for.
   username Who asks. Set by the server.
  CertificateSigningRequestStatus What became of the request.
   certificate The certificate, as base64 of PEM.
  TokenRequest Asks for a token of a service account.
  TokenReview Asks whose token it is.
  SubjectAccessReview Asks whether someone may do something.
  SelfSubjectAccessReview Asks whether you may do something.
  SelfSubjectRulesReview Asks what you may do in a namespace.
  LocalSubjectAccessReview Asks whether someone may do something in a namespace.
  SelfSubjectReview Asks who you are.
  ValidatingWebhookConfiguration Services that may refuse requests.
  MutatingWebhookConfiguration Services that may change or refuse requests.
  ValidatingAdmissionPolicy Expressions that may refuse requests.
  ValidatingAdmissionPolicyBinding Where a policy is in force.
  MutatingAdmissionPolicy Expressions that may change requests.
  MutatingAdmissionPolicyBinding Where a policy is in force.
  FlowSchema Sorts requests into priority levels.
  PriorityLevelConfiguration How many requests of a level are served at once.
  """#
