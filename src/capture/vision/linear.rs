//! Least squares: equations are summed up into normal equations and solved.

/// Adds one equation (coefficients, then the right side) with its weight to the normal equations of `N`
/// unknowns; `M` is one more.
pub fn add_equation<const N: usize, const M: usize>(
    system: &mut [[f64; M]; N],
    equation: [f64; M],
    weight: f64,
) {
    for (line, factor) in system.iter_mut().zip(equation) {
        for (cell, value) in line.iter_mut().zip(equation) {
            *cell += weight * factor * value;
        }
    }
}

/// Gauss elimination with row pivoting; `None` when the system has no single solution.
pub fn solve<const N: usize, const M: usize>(mut system: [[f64; M]; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let size = |row: &usize| system[*row][column].abs();
        let pivot = (column..N).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        if size(&pivot) < 1e-12 {
            return None;
        }
        system.swap(column, pivot);
        let head = system[column];
        for (row, line) in system.iter_mut().enumerate() {
            if row != column {
                let factor = line[column] / head[column];
                line.iter_mut().zip(head).for_each(|(cell, value)| *cell -= factor * value);
            }
        }
    }
    Some(std::array::from_fn(|k| system[k][M - 1] / system[k][k]))
}
