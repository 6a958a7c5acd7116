//! Workbooks, and the blocks that are read out of them.
