//! L7: the result document, tables and exported files.

mod body_rows;
pub mod comparison;
pub mod debrief_report;
pub mod export;
pub mod export_patient;
pub mod export_segment;
mod import_dimensions;
pub mod import_report;
pub mod junit;
pub mod plan_document;
pub mod plan_file;
mod plan_file_error;
pub mod plan_proposals;
mod plan_table;
pub mod result;
pub mod risk_curves;
pub mod risk_document;
pub mod risk_question;
pub mod risk_table;
#[cfg(test)]
mod risk_tests;
pub mod session;
pub mod shapley;
pub mod shot_document;
pub mod write;
