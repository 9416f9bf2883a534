//! The checksum of a patient: of what the patient file holds, however and wherever it is packed.

use super::patient_file::{PatientFileError, description};
use crate::anatomy::Patient;
use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal of a patient's description (frame, landmarks, veins, openings, …) and its four fields.
///
/// A patient written to a file and read again has the same checksum.
///
/// # Errors
/// A number that is not finite: such a patient cannot be kept either.
pub fn patient_sha256(patient: &Patient) -> Result<String, PatientFileError> {
    let mut hasher = Sha256::new();
    hasher.update(b"trocar.patient\n");
    hasher.update(description(patient)?);
    let vertebra = &patient.vertebra;
    for field in [&vertebra.bone, &vertebra.body, &vertebra.canal, &patient.bone.bone_volume_fraction] {
        let mut bytes = Vec::with_capacity(4 * field.values().len());
        bytes.extend(field.values().iter().flat_map(|value| value.to_le_bytes()));
        hasher.update(bytes);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
